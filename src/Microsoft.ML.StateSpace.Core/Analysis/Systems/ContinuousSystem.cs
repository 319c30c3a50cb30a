using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>A real continuous-time linear system: <c>dx/dt = A x + B u</c>, <c>y = C x + D u</c>, with time in seconds.</summary>
/// <param name="A">The state matrix, (states, states), a second.</param>
/// <param name="B">The input matrix, (states, inputs), a second.</param>
/// <param name="C">The output matrix, (outputs, states).</param>
/// <param name="D">The feed-through matrix, (outputs, inputs).</param>
public sealed record ContinuousSystem(double[,] A, double[,] B, double[,] C, double[,] D)
{
    /// <summary>
    /// The poles, which are the eigenvalues of A, in radians a second. The two of a conjugate pair follow one another.
    /// </summary>
    /// <exception cref="InvalidOperationException">The matrices do not fit together, or are not finite.</exception>
    public IReadOnlyList<Complex> Poles() => Eigenvalues.Of(LinearSystem.Parts(A, B, C, D).A);

    /// <summary>Whether all poles lie in the left half plane.</summary>
    public bool IsStable() => Poles().All(pole => pole.Real < 0);

    /// <summary>
    /// The system at samples, where the inputs are held between them (zero-order hold): with the matrix exponential,
    /// <c>[A_d, B_d; 0, I] = exp([A, B; 0, 0] sampleTime)</c> (Van Loan, "Computing Integrals Involving the Matrix Exponential", IEEE
    /// Trans. Automatic Control 23, 1978).
    /// </summary>
    /// <param name="sampleTime">Seconds of a time step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sampleTime"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">The matrices do not fit together, or are not finite.</exception>
    public LinearSystem ToDiscrete(double sampleTime)
    {
        LinearSystem.RequireSampleTime(sampleTime);
        var (a, b, c, d) = LinearSystem.Parts(A, B, C, D);
        int order = a.Rows, inputs = b.Columns;
        var joined = Join(a, b, one: 0);
        joined.Scale(sampleTime);
        var exponential = MatrixFunctions.Exp(joined);
        Matrix state = new(order, order), input = new(order, inputs);
        for (int n = 0; n < order; n++)
        {
            exponential.Row(n)[..order].CopyTo(state.Row(n));
            exponential.Row(n)[order..].CopyTo(input.Row(n));
        }
        return LinearSystem.From(state, input, c, d);
    }

    /// <summary><c>[A, B; 0, one I]</c>.</summary>
    internal static Matrix Join(Matrix a, Matrix b, double one)
    {
        int order = a.Rows;
        var joined = new Matrix(order + b.Columns, order + b.Columns);
        for (int n = 0; n < order; n++)
        {
            a.Row(n).CopyTo(joined.Row(n));
            b.Row(n).CopyTo(joined.Row(n)[order..]);
        }
        for (int i = order; i < joined.Rows; i++)
            joined[i, i] = one;
        return joined;
    }
}
