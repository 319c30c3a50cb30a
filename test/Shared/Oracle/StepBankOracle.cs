using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The features per time step of a bank, and their read-out, straight from their recurrences.</summary>
internal static class StepBankOracle
{
    /// <summary>
    /// <c>x_t = lambda x_{t-1} + B u_t</c>, of which the real part is the answer; before the first row a share of the steady state of a row
    /// that is held. With intervals the parameters are zeta and W, and u is held over the interval dt in
    /// <c>dx/dt = zeta (x + W u)</c>, whose solution is <c>x_t = exp(zeta dt) (x_{t-1} + W u_t) - W u_t</c>. The first of the answers is
    /// that to the state before.
    /// </summary>
    private static double[][] Filters(OracleParameters p, double[][] u, double[]? intervals, double share, double[] held)
    {
        double[] poles = p["Poles"], matrix = p["InputMatrix"];
        int count = poles.Length / 2, inputs = matrix.Length / poles.Length;
        Complex Pole(int n) => new(poles[n], poles[count + n]);
        Complex Driven(int n, double[] row)
        {
            var sum = Complex.Zero;
            for (int c = 0; c < inputs; c++)
                sum += new Complex(matrix[n * inputs + c], matrix[(count + n) * inputs + c]) * row[c];
            return sum;
        }
        Complex Steady(int n) => intervals is null ? Driven(n, held) / (1 - Pole(n)) : -Driven(n, held);
        Complex[] state = [.. Enumerable.Range(0, count).Select(n => share * Steady(n))];
        double[] before = Array.ConvertAll(state, value => value.Real);
        return [before, .. u.Select((row, t) =>
        {
            for (int n = 0; n < count; n++)
                state[n] = intervals is null ? Pole(n) * state[n] + Driven(n, row)
                    : Complex.Exp(Pole(n) * intervals[t]) * (state[n] + Driven(n, row)) - Driven(n, row);
            return Array.ConvertAll(state, value => value.Real);
        })];
    }

    /// <summary>Inputs, filters of them, mixtures of both, filters of the mixtures; from the end they run on reversed rows.</summary>
    public static double[][] Features(OracleParameters p, double[][] u, double[]? intervals)
    {
        double share = p["Start"][0];
        double[]? back = intervals is null ? null : [1, .. intervals[1..].Reverse()];
        double[][] Ahead(string name, double[][] rows, double[] held)
            => p.Has($"{name}.Poles") ? Filters(p.Scope(name), rows, intervals, share, held) : Empty(rows);
        double[][] Back(string name, double[][] rows, double[] held)
        {
            if (!p.Has($"{name}.Poles"))
                return Empty(rows);
            double[][] answers = Filters(p.Scope(name), [.. rows.Reverse()], back, share, held);
            return [answers[0], .. answers[1..].Reverse()];
        }
        double[][] ahead = Ahead("Inputs", u, u[0]), behind = Back("InputsFromEnd", u, u[^1]);
        double[][] linear = Join(u, Join(ahead[1..], behind[1..]));
        if (!p.Has("MixtureWeight"))
            return linear;
        double[] Mixed(double[] row)
            => [.. Rows.Multiply(p["MixtureWeight"], row).Zip(p["MixtureBias"], (sum, bias) => Math.Tanh(sum + bias))];
        // A row that is held for ever has the same steady state from both ends.
        double[] Held(double[] row) => Mixed([.. row, .. Ahead("Inputs", [row], row)[0], .. Back("InputsFromEnd", [row], row)[0]]);
        double[][] mixtures = Array.ConvertAll(linear, Mixed);
        double[][] mixedAhead = Ahead("Mixed", mixtures, Held(u[0])), mixedBehind = Back("MixedFromEnd", mixtures, Held(u[^1]));
        return Join(Join(linear, mixtures), Join(mixedAhead[1..], mixedBehind[1..]));
    }

    /// <summary>The read-out of all banks.</summary>
    public static double[][] Answers(OracleParameters p, double[][] u, int banks, double[]? intervals = null)
    {
        double[][] features = Features(p.Scope("Banks.0"), u, intervals);
        for (int i = 1; i < banks; i++)
            features = Join(features, Features(p.Scope($"Banks.{i}"), u, intervals));
        return [.. features.Select(row => Rows.Multiply(p["ReadOut"], row).Zip(p["Bias"], (sum, bias) => sum + bias).ToArray())];
    }

    private static double[][] Join(double[][] left, double[][] right) => [.. left.Zip(right, (a, b) => a.Concat(b).ToArray())];

    private static double[][] Empty(double[][] rows) => [[], .. rows.Select(_ => Array.Empty<double>())];
}
