namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Local attention, written out row by row with positions counted from the start of the sequence.</summary>
internal static class Attention
{
    /// <summary>
    /// <c>y_t = sum_j softmax_j((R_t q_t)(R_j k_j) / sqrt(d)) v_j</c> in every head, over the rows t - window + 1 .. t, with one head of
    /// keys and values (De, Smith et al. 2024).
    /// </summary>
    public static double[][] Local(OracleParameters p, double[][] x, int heads, int window)
    {
        int size = x[0].Length, d = size / heads;
        double[][] q = PositionWise.Linear(p.Scope("Query"), x);
        double[][] k = [.. PositionWise.Linear(p.Scope("Key"), x).Select(Turned)], v = PositionWise.Linear(p.Scope("Value"), x);
        return [.. x.Select((_, t) => Enumerable.Range(0, heads)
            .SelectMany(h => Head(t, Turned(q[t][(h * d)..((h + 1) * d)], t))).ToArray())];

        double[] Head(int t, double[] query)
        {
            int first = Math.Max(0, t - window + 1);
            double[] scores = [.. k[first..(t + 1)].Select(key => NumericGradient.Dot(query, key) / Math.Sqrt(d))];
            double largest = scores.Max(), sum = scores.Sum(s => Math.Exp(s - largest));
            return [.. Enumerable.Range(0, d).Select(c => scores.Select((s, j) => Math.Exp(s - largest) / sum * v[first + j][c]).Sum())];
        }
    }

    /// <summary>
    /// A vector turned by its position: channels i and P + i by <c>position * 10000^(-i / P)</c>, where 2 P channels are half of them, or
    /// the next even number.
    /// </summary>
    public static double[] Turned(double[] vector, int position)
    {
        int pairs = Math.Min((vector.Length + 3) / 4, vector.Length / 2);
        double[] turned = [.. vector];
        for (int i = 0; i < pairs; i++)
        {
            double angle = position * Math.Pow(10_000, -(double)i / pairs);
            turned[i] = vector[i] * Math.Cos(angle) - vector[pairs + i] * Math.Sin(angle);
            turned[pairs + i] = vector[i] * Math.Sin(angle) + vector[pairs + i] * Math.Cos(angle);
        }
        return turned;
    }
}
