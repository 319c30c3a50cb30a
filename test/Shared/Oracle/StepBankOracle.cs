using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The features per time step of a bank, and their read-out, straight from their recurrences.</summary>
internal static class StepBankOracle
{
    /// <summary>
    /// <c>x_t = lambda x_{t-1} + B u_t</c>, of which the real part is the answer; before the first row a share of the steady state of a row
    /// that is held, <c>x = lambda x + B u</c>. The first of the answers is that to the state before.
    /// </summary>
    private static double[][] Filters(OracleParameters p, double[][] u, double share, double[] held)
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
        Complex[] state = [.. Enumerable.Range(0, count).Select(n => share * Driven(n, held) / (1 - Pole(n)))];
        double[] before = Array.ConvertAll(state, value => value.Real);
        return [before, .. u.Select(row =>
        {
            for (int n = 0; n < count; n++)
                state[n] = Pole(n) * state[n] + Driven(n, row);
            return Array.ConvertAll(state, value => value.Real);
        })];
    }

    /// <summary>Inputs, filters of them, mixtures of both, filters of the mixtures.</summary>
    public static double[][] Features(OracleParameters p, double[][] u)
    {
        double share = p["Start"][0];
        double[][] states = Filters(p.Scope("Inputs"), u, share, u[0]), linear = Join(u, states[1..]);
        if (!p.Has("MixtureWeight"))
            return linear;
        double[] Mixed(double[] row)
            => [.. Rows.Multiply(p["MixtureWeight"], row).Zip(p["MixtureBias"], (sum, bias) => Math.Tanh(sum + bias))];
        double[][] mixtures = Array.ConvertAll(linear, Mixed), wiener = Join(linear, mixtures);
        if (!p.Has("Mixed.Poles"))
            return wiener;
        return Join(wiener, Filters(p.Scope("Mixed"), mixtures, share, Mixed([.. u[0], .. states[0]]))[1..]);
    }

    /// <summary>The read-out of all banks.</summary>
    public static double[][] Answers(OracleParameters p, double[][] u, int banks)
    {
        double[][] features = Features(p.Scope("Banks.0"), u);
        for (int i = 1; i < banks; i++)
            features = Join(features, Features(p.Scope($"Banks.{i}"), u));
        return [.. features.Select(row => Rows.Multiply(p["ReadOut"], row).Zip(p["Bias"], (sum, bias) => sum + bias).ToArray())];
    }

    private static double[][] Join(double[][] left, double[][] right) => [.. left.Zip(right, (a, b) => a.Concat(b).ToArray())];
}
