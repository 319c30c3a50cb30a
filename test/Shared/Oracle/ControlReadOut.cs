using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The exact read-out of a <see cref="ControlProblem"/>: C and D that are best for its states, near the old ones.</summary>
internal static class ControlReadOut
{
    /// <summary>
    /// Minimises <c>(1 / M) sum e^2 / 2 + (ridge / 2) |w - old w|^2</c> for each output by itself over its row of C and its D. The
    /// features are Re x, -Im x and the input of the same number.
    /// </summary>
    public static ControlProblem WithBestReadOut(this ControlProblem problem, double ridge)
    {
        int states = problem.States, size = 2 * states + 1;
        var (c, d) = ((Complex[,])problem.C.Clone(), (double[])problem.D.Clone());
        var trajectories = Enumerable.Range(0, problem.Sequences).Select(problem.Trajectory).ToArray();
        for (int o = 0; o < problem.Outputs; o++)
        {
            double[,] gram = Dense.Identity(size, ridge), right = new double[size, 1];
            for (int n = 0; n < states; n++)
                (right[n, 0], right[states + n, 0]) = (ridge * c[o, n].Real, ridge * c[o, n].Imaginary);
            right[size - 1, 0] = ridge * d[o];
            for (int m = 0; m < problem.Sequences; m++)
            {
                for (int t = 0; t < problem.U[m].Length; t++)
                {
                    var x = trajectories[m][problem.Read(t)];
                    double[] f = [.. x.Select(value => value.Real), .. x.Select(value => -value.Imaginary), problem.U[m][t][o]];
                    for (int i = 0; i < size; i++)
                    {
                        right[i, 0] += f[i] * problem.Targets[m][t][o] / problem.Sequences;
                        for (int j = 0; j < size; j++)
                            gram[i, j] += f[i] * f[j] / problem.Sequences;
                    }
                }
            }
            double[,] solution = gram.Inverse().Times(right);
            for (int n = 0; n < states; n++)
                c[o, n] = new(solution[n, 0], solution[states + n, 0]);
            d[o] = solution[size - 1, 0];
        }
        return problem with { C = c, D = d };
    }
}
