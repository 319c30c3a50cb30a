using System.Numerics;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Training.Descent;

/// <summary>The reference values of training as optimal control, and random problems of the same kind.</summary>
internal static class ControlFixtures
{
    /// <summary>The problem of an entry.</summary>
    public static ControlProblem Problem(string name, bool isPre)
    {
        var lambda = Complexes($"{name}/lambda");
        Complex[] b = Complexes($"{name}/B"), c = Complexes($"{name}/C");
        double[] d = ReferenceValues.At($"{name}/D");
        int inputs = b.Length / lambda.Length;
        int sequences = name == "increment_identity" ? 1 : 2;
        double[][][] Split(string key, int width)
        {
            double[][] rows = ReferenceValues.Rows($"{name}/{key}", width);
            return [.. rows.Chunk(rows.Length / sequences)];
        }
        return new ControlProblem(
            isPre, lambda, Matrix(b, inputs), Matrix(c, lambda.Length), d, Split("u", inputs), Split("ystar", d.Length));
    }

    /// <summary>A random problem whose targets are the outputs of another random system, its teacher.</summary>
    public static ControlProblem Random(int seed, bool isPre, int states, int inputs, int sequences, int rows)
    {
        var random = new Random(seed);
        double Draw() => 2 * random.NextDouble() - 1;
        double[][] Rows() => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, inputs).Select(_ => Draw()).ToArray())];
        ControlProblem System() => new(
            isPre,
            [.. Enumerable.Range(0, states).Select(_ => Complex.FromPolarCoordinates(0.3 + 0.6 * random.NextDouble(), Math.PI * Draw()))],
            Matrix([.. Enumerable.Range(0, states * inputs).Select(_ => new Complex(Draw(), Draw()))], inputs),
            Matrix([.. Enumerable.Range(0, states * inputs).Select(_ => new Complex(Draw(), Draw()))], states),
            [.. Enumerable.Range(0, inputs).Select(_ => Draw())], [], []);
        double[][][] u = [.. Enumerable.Range(0, sequences).Select(_ => Rows())];
        double[][][] zeros = [.. u.Select(rows => rows.Select(row => new double[inputs]).ToArray())];
        var teacher = System() with { U = u, Targets = zeros };
        return System() with
        {
            U = u, Targets = [.. Enumerable.Range(0, sequences).Select(m => teacher.Errors(m, teacher.Trajectory(m)))],
        };
    }

    /// <summary>By how much J falls at least, by the bound of the certified step from one problem to the other.</summary>
    public static double Bound(ControlProblem problem, ControlProblem moved, double[] rho)
    {
        var sums = problem.Sums();
        return Enumerable.Range(0, problem.States).Sum(n => 0.5 * rho[n] * sums.Norm(
            n, moved.Lambda[n] - problem.Lambda[n], h => moved.B[n, h] - problem.B[n, h])) / problem.Sequences;
    }

    public static Complex[] Complexes(string path)
        => [.. ReferenceValues.At($"{path}/re").Zip(ReferenceValues.At($"{path}/im"), (re, im) => new Complex(re, im))];

    public static Complex[,] Matrix(Complex[] values, int columns)
    {
        var matrix = new Complex[values.Length / columns, columns];
        for (int i = 0; i < values.Length; i++)
            matrix[i / columns, i % columns] = values[i];
        return matrix;
    }

    /// <summary>Holds complex numbers against an entry.</summary>
    public static void Assert(string path, IEnumerable<Complex> actual, double tolerance)
    {
        Complex[] values = [.. actual];
        values.Select(z => z.Real).Should().BeNear(ReferenceValues.At($"{path}/re"), tolerance);
        values.Select(z => z.Imaginary).Should().BeNear(ReferenceValues.At($"{path}/im"), tolerance);
    }
}
