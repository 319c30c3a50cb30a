using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The features per time step of a bank, and their read-out, straight from their recurrences.</summary>
internal static class StepBankOracle
{
    /// <summary><c>x_t = lambda x_{t-1} + B u_t</c>, of which the real part is the answer.</summary>
    public static double[][] Filters(OracleParameters p, double[][] u)
    {
        double[] poles = p["Poles"], matrix = p["InputMatrix"];
        int count = poles.Length / 2, inputs = matrix.Length / poles.Length;
        var state = new Complex[count];
        return [.. u.Select(row =>
        {
            for (int n = 0; n < count; n++)
            {
                state[n] *= new Complex(poles[n], poles[count + n]);
                for (int c = 0; c < inputs; c++)
                    state[n] += new Complex(matrix[n * inputs + c], matrix[(count + n) * inputs + c]) * row[c];
            }
            return Array.ConvertAll(state, value => value.Real);
        })];
    }

    /// <summary>Inputs, filters of them, mixtures of both, filters of the mixtures.</summary>
    public static double[][] Features(OracleParameters p, double[][] u)
    {
        double[][] linear = Join(u, Filters(p.Scope("Inputs"), u));
        if (!p.Has("MixtureWeight"))
            return linear;
        double[][] mixtures = [.. linear.Select(row
            => Rows.Multiply(p["MixtureWeight"], row).Zip(p["MixtureBias"], (sum, bias) => Math.Tanh(sum + bias)).ToArray())];
        double[][] wiener = Join(linear, mixtures);
        return p.Has("Mixed.Poles") ? Join(wiener, Filters(p.Scope("Mixed"), mixtures)) : wiener;
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
