using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The solution of the discrete Lyapunov equation <c>W = A W A^T + B B^T</c> as <c>L L^T</c>, by doubling: <c>L = [L, A^(2^k) L]</c> holds
/// twice as many steps of the impulse response each time (Smith 1968). The factor is made without squaring, so that small directions keep
/// their digits.
/// </summary>
internal static class Gramian
{
    private const int MostDoublings = 64;
    private const double Negligible = 1e-17;

    public static Matrix Factor(Matrix a, Matrix b)
    {
        int order = a.Rows;
        Matrix power = a, factor = b;
        for (int k = 0; k < MostDoublings; k++)
        {
            int columns = factor.Columns;
            Matrix later = new(order, columns), both = new(order, 2 * columns), square = new(order, order);
            later.AddProduct(power, factor);
            for (int i = 0; i < order; i++)
            {
                factor.Row(i).CopyTo(both.Row(i));
                later.Row(i).CopyTo(both.Row(i)[columns..]);
            }
            double size = Math.Sqrt(factor.Dot(factor)), added = Math.Sqrt(later.Dot(later));
            factor = RowRotations.Compress(both);
            if (added <= Negligible * size)
                break;
            square.AddProduct(power, power);
            power = square;
        }
        return factor;
    }
}
