using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// The training of one diagonal linear layer as an optimal control problem, in double. The states are <c>X_0 = 0</c>,
/// <c>X_{k+1} = lambda X_k + B u_k</c>; row t of the output is <c>Re(C X) + D u_t</c> with the state X_t before the row in pre form, and
/// X_{t+1} behind it in post form. The objective is <c>J = (1 / M) sum e^2 / 2</c> over M sequences. Lambda (N), B (N, inputs),
/// C (outputs, N), D (outputs), which multiplies the input of the same number; u and targets are [sequence][row][channel].
/// </summary>
internal sealed record ControlProblem(
    bool IsPre, Complex[] Lambda, Complex[,] B, Complex[,] C, double[] D, double[][][] U, double[][][] Targets)
{
    public int States => Lambda.Length;

    public int Inputs => B.GetLength(1);

    public int Outputs => D.Length;

    public int Sequences => U.Length;

    /// <summary>The number of the state that row t of the output reads.</summary>
    public int Read(int row) => IsPre ? row : row + 1;

    /// <summary>X_0 to X_T of a sequence.</summary>
    public Complex[][] Trajectory(int sequence)
    {
        var u = U[sequence];
        var x = new Complex[u.Length + 1][];
        x[0] = new Complex[States];
        for (int t = 0; t < u.Length; t++)
            x[t + 1] = Step(x[t], u[t]);
        return x;
    }

    /// <summary>The errors of the outputs that the given states have, [row][output].</summary>
    public double[][] Errors(int sequence, Complex[][] x) => [.. U[sequence].Select((u, t) =>
    {
        var e = new double[Outputs];
        for (int o = 0; o < Outputs; o++)
        {
            e[o] = D[o] * u[o] - Targets[sequence][t][o];
            for (int n = 0; n < States; n++)
                e[o] += (C[o, n] * x[Read(t)][n]).Real;
        }
        return e;
    })];

    public double Objective()
        => Enumerable.Range(0, Sequences).Sum(m => HalfSquare(Errors(m, Trajectory(m)))) / Sequences;

    public static double HalfSquare(double[][] errors) => errors.Sum(row => row.Sum(e => 0.5 * e * e));

    /// <summary>p_0 to p_T: minus the derivative of the loss of a sequence by each of its states.</summary>
    public Complex[][] Costates(int sequence)
    {
        var e = Errors(sequence, Trajectory(sequence));
        var p = new Complex[e.Length + 1][];
        for (int k = e.Length; k >= 0; k--)
        {
            p[k] = new Complex[States];
            int row = IsPre ? k : k - 1;
            for (int n = 0; n < States; n++)
            {
                if (k < e.Length)
                    p[k][n] = Complex.Conjugate(Lambda[n]) * p[k + 1][n];
                for (int o = 0; o < Outputs && row >= 0 && row < e.Length; o++)
                    p[k][n] -= Complex.Conjugate(C[o, n]) * e[row][o];
            }
        }
        return p;
    }

    /// <summary>The sums of which the closed step is made, over all rows of all sequences.</summary>
    public ControlSums Sums()
    {
        var sums = new ControlSums(new double[Inputs, Inputs], new double[States], new Complex[States, Inputs],
            new Complex[States], new Complex[States, Inputs]);
        for (int m = 0; m < Sequences; m++)
        {
            Complex[][] x = Trajectory(m), p = Costates(m);
            for (int t = 0; t < U[m].Length; t++)
                sums.Add(U[m][t], x[t], p[t + 1]);
        }
        return sums;
    }

    /// <summary>
    /// The two parts of <c>J(after) - J</c>: with the costates of this problem and the states of the other, and the square.
    /// </summary>
    public (double Linear, double Quadratic) Increment(ControlProblem after)
    {
        double linear = 0, quadratic = 0;
        for (int m = 0; m < Sequences; m++)
        {
            Complex[][] x = Trajectory(m), moved = after.Trajectory(m), p = Costates(m);
            for (int t = 0; t < U[m].Length; t++)
            {
                for (int n = 0; n < States; n++)
                {
                    Complex change = (after.Lambda[n] - Lambda[n]) * moved[t][n];
                    for (int h = 0; h < Inputs; h++)
                        change += (after.B[n, h] - B[n, h]) * U[m][t][h];
                    linear -= (Complex.Conjugate(p[t + 1][n]) * change).Real;
                }
                for (int o = 0; o < Outputs; o++)
                {
                    double output = 0;
                    for (int n = 0; n < States; n++)
                        output += (C[o, n] * (moved[Read(t)][n] - x[Read(t)][n])).Real;
                    quadratic += 0.5 * output * output;
                }
            }
        }
        return (linear / Sequences, quadratic / Sequences);
    }

    /// <summary>w_i and the penalty rho*_i above which the closed step cannot raise J, for poles within these radii.</summary>
    public (double[] W, double[] Rho) CertifiedPenalty(double[] radii)
    {
        double[] a = [.. Enumerable.Range(0, States).Select(n => Math.Sqrt(Enumerable.Range(0, Outputs)
            .Sum(o => C[o, n].Magnitude * C[o, n].Magnitude)) / (1 - radii[n]))];
        double[] w = [.. a.Select(value => value * a.Sum())];
        return (w, [.. w.Select((value, n) => (value + Math.Sqrt(value * value + 4 / Math.Pow(1 - radii[n], 2))) / 2)]);
    }

    private Complex[] Step(Complex[] x, double[] u)
    {
        var next = new Complex[States];
        for (int n = 0; n < States; n++)
        {
            next[n] = Lambda[n] * x[n];
            for (int h = 0; h < Inputs; h++)
                next[n] += B[n, h] * u[h];
        }
        return next;
    }
}
