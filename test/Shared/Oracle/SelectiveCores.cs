namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Cores whose recurrence depends on the input, one step after the other.</summary>
internal static class SelectiveCores
{
    /// <summary><c>[dt, B, C] = XProj u</c>, <c>Delta = softplus(DtProj dt + DtBias)</c>, then <see cref="Scan"/> (Gu and Dao 2023, algorithm 2).</summary>
    public static double[][] S6(OracleParameters p, double[][] u, InputDiscretization discretization)
    {
        int size = p["D"].Length, states = p["ALog"].Length / size, rank = p["DtProj"].Length / size;
        double[][] projected = [.. u.Select(row => Rows.Multiply(p["XProj"], row))];
        double[][] delta = [.. projected.Select(row => Rows.Multiply(p["DtProj"], row[..rank]).Zip(p["DtBias"], (product, bias) => KernelOracle.Softplus(product + bias)).ToArray())];
        double[][] b = [.. projected.Select(row => row[rank..(rank + states)])], c = [.. projected.Select(row => row[(rank + states)..])];
        return Scan(p["ALog"], p["D"], u, delta, b, c, discretization).Outputs;
    }

    /// <summary>
    /// <c>x_t = exp(Delta_t A) x_{t-1} + f u_t B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, with <c>A = -exp(ALog)</c> (D, N), and <c>f = Delta_t</c> or
    /// <c>(exp(Delta_t A) - 1) / A</c>; states are [time][channel and state].
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
}
