using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Cores whose recurrence depends on the input, one step after the other.</summary>
internal static class SelectiveCores
{
    /// <summary>
    /// <c>[dt, B, C] = XProj u</c>, <c>Delta = softplus(DtProj dt + DtBias)</c>, then <see cref="Scan"/> (Gu and Dao 2023, algorithm 2).
    /// Where there are intervals, each Delta_t is multiplied by the interval of its step.
    /// </summary>
    public static double[][] S6(OracleParameters p, double[][] u, InputDiscretization discretization, double[]? intervals = null)
    {
        int size = p["D"].Length, states = p["ALog"].Length / size, rank = p["DtProj"].Length / size;
        double[][] projected = [.. u.Select(row => Rows.Multiply(p["XProj"], row))];
        double[][] delta = [
            .. projected.Select(
                (row, t) => Rows.Multiply(p["DtProj"], row[..rank])
                    .Zip(p["DtBias"], (product, bias) => KernelOracle.Softplus(product + bias) * IntervalAt(intervals, t)).ToArray())];
        double[][] b = [.. projected.Select(row => row[rank..(rank + states)])], c = [.. projected.Select(row => row[(rank + states)..])];
        return Scan(p["ALog"], p["D"], u, delta, b, c, discretization).Outputs;
    }

    /// <summary>
    /// <c>x_t = exp(Delta_t A) x_{t-1} + f u_t B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, with <c>A = -exp(ALog)</c> (D, N), and <c>f =
    /// Delta_t</c> or <c>(exp(Delta_t A) - 1) / A</c>; states are [time][channel and state].
    /// </summary>
    public static (double[][] Outputs, double[][] States) Scan(
        double[] aLog, double[] skip, double[][] u, double[][] delta, double[][] b, double[][] c, InputDiscretization discretization)
    {
        int size = skip.Length, count = aLog.Length / size;
        double[] x = new double[aLog.Length];
        double[][] outputs = new double[u.Length][], states = new double[u.Length][];
        for (int t = 0; t < u.Length; t++)
        {
            outputs[t] = new double[size];
            for (int d = 0; d < size; d++)
            {
                outputs[t][d] = skip[d] * u[t][d];
                for (int n = 0; n < count; n++)
                {
                    int i = d * count + n;
                    double a = -Math.Exp(aLog[i]), decay = Math.Exp(delta[t][d] * a);
                    double factor = discretization == InputDiscretization.Euler ? delta[t][d] : (decay - 1) / a;
                    x[i] = decay * x[i] + factor * u[t][d] * b[t][n];
                    outputs[t][d] += x[i] * c[t][n];
                }
            }
            states[t] = [.. x];
        }
        return (outputs, states);
    }

    /// <summary>
    /// <c>x_t = exp(Delta_t lambda) x_{t-1} + f (b_t * (B u_t))</c>, <c>y_t = Re(C (c_t * x_t))</c>, with <c>lambda = -exp(Mu) + i
    /// exp(Theta)</c>, Delta a softplus, b and c affine maps of u, and <c>f = (exp(Delta lambda) - 1) / lambda</c> or Delta. Complex
    /// parameters are planes: (2, N), (2, N, H), C (H, 2, N). Where there are intervals, each Delta_t is multiplied by the interval of
    /// its step. In the other form, Delta is a softmax over the states. Also gives the states.
    /// </summary>
    public static (double[][] Outputs, Complex[][] States) Liv(
        OracleParameters p, double[][] u, InputDiscretization discretization, double[]? intervals = null,
        LivStepForm form = LivStepForm.Softplus)
    {
        int count = p["Mu"].Length;
        var x = new Complex[count];
        double[][] outputs = new double[u.Length][];
        var states = new Complex[u.Length][];
        for (int t = 0; t < u.Length; t++)
        {
            double[] step = Affine("StepProj", "StepBias", u[t]), b = Affine("InputProj", "InputBias", u[t]),
                c = Affine("OutputProj", "OutputBias", u[t]), input = Rows.Multiply(p["B"], u[t]);
            outputs[t] = new double[u[t].Length];
            double total = step.Sum(Math.Exp);
            for (int n = 0; n < count; n++)
            {
                double delta = (form == LivStepForm.Softplus ? KernelOracle.Softplus(step[n]) : Math.Exp(step[n]) / total)
                    * IntervalAt(intervals, t);
                var lambda = new Complex(-Math.Exp(p["Mu"][n]), Math.Exp(p["Theta"][n]));
                Complex decay = Complex.Exp(delta * lambda),
                    factor = discretization == InputDiscretization.Euler ? delta : (decay - 1) / lambda;
                x[n] = decay * x[n] + factor * Plane(b, n) * Plane(input, n);
                for (int h = 0; h < u[t].Length; h++)
                    outputs[t][h] += (new Complex(p["C"][2 * h * count + n], p["C"][(2 * h + 1) * count + n]) * Plane(c, n) * x[n]).Real;
            }
            states[t] = [.. x];
        }
        return (outputs, states);

        double[] Affine(string matrix, string bias, double[] row)
            => [.. Rows.Multiply(p[matrix], row).Zip(p[bias], (product, b) => product + b)];

        Complex Plane(double[] planes, int n) => new(planes[n], planes[count + n]);
    }

    private static double IntervalAt(double[]? intervals, int t) => intervals is null or [] ? 1 : intervals[t];
}
