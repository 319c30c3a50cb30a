using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The RG-LRU, from its parameters.</summary>
internal static class GatedCores
{
    /// <summary>
    /// <c>h_t = a_t h_{t-1} + sqrt(1 - a_t^2) i_t x_t</c>, <c>a_t = sigmoid(Lambda)^(8 r_t)</c> (De et al. 2024, section 2.4).
    /// </summary>
    public static double[][] RgLru(OracleParameters p, double[][] x, RgLruFirstStep firstStep)
    {
        var h = new double[p["Lambda"].Length];
        var output = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] r = Gate(p.Scope("RecurrenceGate"), x[t]), i = Gate(p.Scope("InputGate"), x[t]);
            for (int c = 0; c < h.Length; c++)
            {
                double a = Math.Pow(KernelOracle.Sigmoid(p["Lambda"][c]), 8 * r[c]);
                double multiplier = t == 0 && firstStep == RgLruFirstStep.UnitMultiplier ? 1 : Math.Sqrt((1 - a) * (1 + a));
                h[c] = a * h[c] + multiplier * i[c] * x[t][c];
            }
            output[t] = [.. h];
        }
        return output;
    }

    /// <summary>
    /// The same with complex states, whose real parts are the first half of the channels:
    /// <c>a_t = sigmoid(Lambda)^(8 r_t) exp(j r_t Omega)</c> (recurrentgemma, the complex form).
    /// </summary>
    public static double[][] ComplexRgLru(OracleParameters p, double[][] x, RgLruFirstStep firstStep)
    {
        int states = p["Lambda"].Length;
        var h = new Complex[states];
        var output = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] r = Gate(p.Scope("RecurrenceGate"), x[t]), i = Gate(p.Scope("InputGate"), x[t]);
            for (int n = 0; n < states; n++)
            {
                double size = Math.Pow(KernelOracle.Sigmoid(p["Lambda"][n]), 8 * r[n]);
                double multiplier = t == 0 && firstStep == RgLruFirstStep.UnitMultiplier ? 1 : Math.Sqrt((1 - size) * (1 + size));
                h[n] = Complex.FromPolarCoordinates(size, r[n] * p["Omega"][n]) * h[n]
                    + multiplier * i[n] * new Complex(x[t][n], x[t][states + n]);
            }
            output[t] = [.. h.Select(value => value.Real), .. h.Select(value => value.Imaginary)];
        }
        return output;
    }

    /// <summary><c>sigmoid(W x + b)</c>.</summary>
    public static double[] Gate(OracleParameters p, double[] x) => Array.ConvertAll(BlockDiagonalLinear(p, x), KernelOracle.Sigmoid);

    /// <summary><c>W x + b</c>, where W is block-diagonal, a block a head.</summary>
    public static double[] BlockDiagonalLinear(OracleParameters p, double[] x)
    {
        // W has (outputs / heads) (inputs / heads) weights a head, and b has as many values as there are outputs.
        int heads = x.Length * p["Bias"].Length / p["Weight"].Length, inputs = x.Length / heads, outputs = p["Bias"].Length / heads;
        double[][] blocks = [.. x.Chunk(inputs).Zip(p["Weight"].Chunk(outputs * inputs), (own, weight) => Rows.Multiply(weight, own))];
        return [.. blocks.SelectMany(y => y).Zip(p["Bias"], (y, bias) => y + bias)];
    }
}
