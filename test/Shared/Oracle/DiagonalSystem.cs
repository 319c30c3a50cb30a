using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>, and for each further C the same recurrence from the end: B (N,
/// inputs), C (outputs, N), D (outputs, inputs). In pre form <c>x_{t+1} = lambda x_t + B u_t</c>, so that an output sees the state that the
/// step before it in the direction led to.
/// </summary>
internal sealed record DiagonalSystem(Complex[] Lambda, Complex[,] B, Complex[][,] C, double[,] D, bool IsPre = false)
{
    private int Inputs => D.GetLength(1);

    private int Outputs => D.GetLength(0);

    /// <summary>The states of one direction behind each step's input, x[time][state].</summary>
    public Complex[][] States(double[][] u, bool reverse = false)
    {
        var states = new Complex[u.Length][];
        var x = new Complex[Lambda.Length];
        foreach (int t in reverse ? Enumerable.Range(0, u.Length).Reverse() : Enumerable.Range(0, u.Length))
        {
            for (int n = 0; n < Lambda.Length; n++)
            {
                x[n] *= Lambda[n];
                for (int h = 0; h < Inputs; h++)
                    x[n] += B[n, h] * u[t][h];
            }
            states[t] = [.. x];
        }
        return states;
    }

    /// <summary>The output by the recurrence.</summary>
    public double[][] Recurrence(double[][] u)
    {
        double[][] y = FeedThrough(u);
        for (int direction = 0; direction < C.Length; direction++)
        {
            Complex[][] x = States(u, reverse: direction == 1);
            int late = !IsPre ? 0 : direction == 0 ? 1 : -1;
            for (int t = 0; t < u.Length; t++)
                for (int h = 0; h < Outputs && t - late >= 0 && t - late < u.Length; h++)
                    for (int n = 0; n < Lambda.Length; n++)
                        y[t][h] += (C[direction][h, n] * x[t - late][n]).Real;
        }
        return y;
    }

    /// <summary>
    /// The output by direct convolution with the kernel <c>K_l = Re(C lambda^l B)</c>, backwards in time for the second C. In pre form the
    /// kernel begins a step later.
    /// </summary>
    public double[][] Convolution(double[][] u)
    {
        double[][] y = FeedThrough(u);
        for (int direction = 0; direction < C.Length; direction++)
            for (int lag = IsPre ? 1 : 0; lag < u.Length; lag++)
                for (int h = 0; h < Outputs; h++)
                    for (int from = 0; from < Inputs; from++)
                    {
                        double kernel = Kernel(direction, IsPre ? lag - 1 : lag, h, from);
                        for (int t = lag; t < u.Length; t++)
                        {
                            (int to, int at) = direction == 0 ? (t, t - lag) : (t - lag, t);
                            y[to][h] += kernel * u[at][from];
                        }
                    }
        return y;
    }

    private double Kernel(int direction, int lag, int h, int from)
    {
        double sum = 0;
        for (int n = 0; n < Lambda.Length; n++)
            sum += (C[direction][h, n] * Complex.Pow(Lambda[n], lag) * B[n, from]).Real;
        return sum;
    }

    private double[][] FeedThrough(double[][] u)
        => [.. u.Select(row => Enumerable.Range(0, Outputs).Select(h => row.Select((value, i) => D[h, i] * value).Sum()).ToArray())];
}
