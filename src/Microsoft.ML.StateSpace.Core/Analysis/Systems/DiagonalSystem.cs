using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A real discrete-time linear system in the form of the layers of LRU and S5: <c>x_t = lambda x_{t-1} + B u_t</c>,
/// <c>y_t = Re(C x_t) + D u_t</c>, with one complex state for each conjugate pair of poles, and one state for each real pole. The output
/// sees the state after the update (post form), so D differs from that of a <see cref="LinearSystem"/>.
/// </summary>
/// <param name="Poles">lambda, (states).</param>
/// <param name="B">The input matrix, (states, inputs).</param>
/// <param name="C">The output matrix, (outputs, states).</param>
/// <param name="D">The feed-through matrix, (outputs, inputs).</param>
public sealed record DiagonalSystem(IReadOnlyList<Complex> Poles, Complex[,] B, Complex[,] C, double[,] D)
{
    private const double WorstCondition = 1e10, Zero = 1e-9;

    /// <summary>
    /// Diagonalises a system: with the eigenvectors V of A, <c>lambda = V^-1 A V</c>, <c>B = V^-1 B</c>, <c>C = C V lambda^-1</c>, and
    /// <c>D = D - Re(C B)</c> of these, so that the transfer function stays. Rows of B and columns of C are alike in length.
    /// </summary>
    /// <param name="system">The system, in pre form.</param>
    /// <exception cref="InvalidOperationException">
    /// A has no full set of eigenvectors, or nearly none (their condition number exceeds 1e10); or a pole lies at zero; or the matrices do
    /// not fit together.
    /// </exception>
    public static DiagonalSystem Of(LinearSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var (a, b, c, d) = LinearSystem.Parts(system.A, system.B, system.C, system.D);
        var modes = Eigenvalues.WithVectors(a);
        // Real columns: the eigenvector, or the real and the imaginary part of it.
        Matrix vectors = new(a.Rows, a.Rows), inverse = new(a.Rows, a.Rows);
        for (int k = 0, column = 0; k < modes.Length; k++)
        {
            for (int n = 0; n < a.Rows; n++)
            {
                vectors[n, column] = modes[k].Vector[n].Real;
                if (modes[k].Value.Imaginary > 0)
                    vectors[n, column + 1] = modes[k].Vector[n].Imaginary;
            }
            column += modes[k].Value.Imaginary > 0 ? 2 : 1;
        }
        inverse.Set(vectors);
        double condition = inverse.Invert(new int[a.Rows])
            ? Math.Sqrt(vectors.Dot(vectors) * inverse.Dot(inverse)) : double.PositiveInfinity;
        if (!(condition <= WorstCondition))
            throw new InvalidOperationException(
                "A cannot be made diagonal: poles coincide and share eigenvectors, or nearly so (the condition number of the "
                + $"eigenvectors is {condition:g3}, and may be {WorstCondition:g3}). Change the system slightly, or "
                + "leave out weak states with LinearSystem.ReduceToTolerance first.");
        Matrix inputs = new(a.Rows, b.Columns), outputs = new(c.Rows, a.Rows);
        inputs.AddProduct(inverse, b);
        outputs.AddProduct(c, vectors);
        return Collect([.. modes.Select(mode => mode.Value)], inputs, outputs, d);
    }

    // x = V q + conj(V q) = 2 Re(V q) for a pair, so that y = Re(2 C V q), and q = (first - i second) / 2 of the real coordinates.
    private static DiagonalSystem Collect(Complex[] poles, Matrix inputs, Matrix outputs, Matrix d)
    {
        var b = new Complex[poles.Length, inputs.Columns];
        var c = new Complex[outputs.Rows, poles.Length];
        for (int k = 0, row = 0; k < poles.Length; k++)
        {
            bool isPair = poles[k].Imaginary > 0;
            if (Complex.Abs(poles[k]) < Zero)
                throw new InvalidOperationException(
                    $"The pole {poles[k]} is a pure delay, which no state of an LRU or S5 layer can be: its output sees the input of "
                    + "the same step. Shift the inputs of the record by the delay, and identify the system without it.");
            double inputSize = 0, outputSize = 0;
            for (int i = 0; i < inputs.Columns; i++)
            {
                b[k, i] = isPair ? new Complex(inputs[row, i], -inputs[row + 1, i]) / 2 : inputs[row, i];
                inputSize = double.Hypot(inputSize, Complex.Abs(b[k, i]));
            }
            for (int o = 0; o < outputs.Rows; o++)
            {
                c[o, k] = (isPair ? 2 * new Complex(outputs[o, row], outputs[o, row + 1]) : outputs[o, row]) / poles[k];
                outputSize = double.Hypot(outputSize, Complex.Abs(c[o, k]));
            }
            double scale = inputSize > 0 && outputSize > 0 ? Math.Sqrt(outputSize / inputSize) : 1;
            for (int i = 0; i < inputs.Columns; i++)
                b[k, i] *= scale;
            for (int o = 0; o < outputs.Rows; o++)
                c[o, k] /= scale;
            row += isPair ? 2 : 1;
        }
        return new(poles, b, c, FeedThrough(LinearSystem.Array(d), b, c, -1));
    }

    /// <summary>With C and D of the same system in pre form, <c>C lambda</c> and <c>D + Re(C B)</c>.</summary>
    internal DiagonalSystem ReadOutInPreForm()
    {
        var c = (Complex[,])C.Clone();
        for (int o = 0; o < c.GetLength(0); o++)
            for (int k = 0; k < c.GetLength(1); k++)
                c[o, k] *= Poles[k];
        return this with { C = c, D = FeedThrough(D, B, C, 1) };
    }

    /// <summary>The same system in pre form with real states: two for a complex pole, one for a real one whose B or C is real.</summary>
    public LinearSystem ToLinearSystem()
    {
        int count = Poles.Count, inputs = D.GetLength(1), outputs = D.GetLength(0);
        int[] sizes = [.. Enumerable.Range(0, count).Select(k => IsReal(k) ? 1 : 2)];
        int order = sizes.Sum();
        double[,] a = new double[order, order], b = new double[order, inputs], c = new double[outputs, order];
        for (int k = 0, n = 0; k < count; n += sizes[k++])
        {
            bool isPair = sizes[k] == 2;
            a[n, n] = Poles[k].Real;
            if (isPair)
                (a[n + 1, n + 1], a[n, n + 1], a[n + 1, n]) = (Poles[k].Real, -Poles[k].Imaginary, Poles[k].Imaginary);
            for (int i = 0; i < inputs; i++)
            {
                b[n, i] = B[k, i].Real;
                if (isPair)
                    b[n + 1, i] = B[k, i].Imaginary;
            }
            // Pre form sees the state before the update: C lambda.
            for (int o = 0; o < outputs; o++)
            {
                var readOut = C[o, k] * Poles[k];
                c[o, n] = readOut.Real;
                if (isPair)
                    c[o, n + 1] = -readOut.Imaginary;
            }
        }
        return new LinearSystem(a, b, c, FeedThrough(D, B, C, 1));
    }

    // With a real pole, Re(c x) of a complex x has the imaginary parts of B and C only together.
    private bool IsReal(int k)
        => Poles[k].Imaginary == 0
            && (Enumerable.Range(0, D.GetLength(1)).All(i => B[k, i].Imaginary == 0)
                || Enumerable.Range(0, D.GetLength(0)).All(o => C[o, k].Imaginary == 0));

    // D + sign Re(C B)
    private static double[,] FeedThrough(double[,] d, Complex[,] b, Complex[,] c, double sign)
    {
        var sum = (double[,])d.Clone();
        for (int o = 0; o < d.GetLength(0); o++)
            for (int i = 0; i < d.GetLength(1); i++)
                for (int k = 0; k < b.GetLength(0); k++)
                    sum[o, i] += sign * (c[o, k] * b[k, i]).Real;
        return sum;
    }
}
