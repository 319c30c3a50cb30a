namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>What a layer does to one sequence, x[time][channel], in double and straight from its paper.</summary>
internal delegate double[][] SequenceMap(OracleParameters parameters, double[][] x);

/// <summary>The same of a layer that takes the time from the step before to each step, intervals[time].</summary>
internal delegate double[][] IrregularMap(OracleParameters parameters, double[][] x, double[] intervals);

/// <summary>Between the oracle's x[time][channel] and the production's packed rows.</summary>
internal static class Rows
{
    /// <summary>The sequences of these lengths in packed rows.</summary>
    public static double[][][] Unpack(float[] rows, int channels, params int[] lengths)
    {
        var sequences = new double[lengths.Length][][];
        for (int s = 0, row = 0; s < lengths.Length; s++)
        {
            sequences[s] = new double[lengths[s]][];
            for (int t = 0; t < lengths[s]; t++, row++)
                sequences[s][t] = [.. rows.Skip(row * channels).Take(channels).Select(value => (double)value)];
        }
        return sequences;
    }

    public static double[] Flat(this double[][] x) => [.. x.SelectMany(row => row)];

    public static double[] Flat(this IEnumerable<double[][]> sequences) => [.. sequences.SelectMany(x => x.Flat())];

    public static float[] ToFloat(this double[] values) => Array.ConvertAll(values, value => (float)value);

    public static double[] ToDouble(this float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>W v, with W (rows, columns) in one array.</summary>
    public static double[] Multiply(double[] matrix, double[] vector)
    {
        var product = new double[matrix.Length / vector.Length];
        for (int i = 0; i < matrix.Length; i++)
            product[i / vector.Length] += matrix[i] * vector[i % vector.Length];
        return product;
    }
}
