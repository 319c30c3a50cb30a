using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>
/// Least squares of several targets on columns and a constant, for any choice of the columns after one pass over the rows. Rows are
/// folded into the triangle R of a QR decomposition of (columns, constant, targets). R has the inner products of all of them, so a problem
/// with some of the columns is one with those columns of R; unlike the normal equations it does not square the condition number.
/// </summary>
internal sealed class LeastSquares
{
    private readonly int _columns, _width;
    private readonly Matrix<double> _rows; // R, and the rows that are not folded into it yet
    private int _filled;

    public LeastSquares(int columns, int targets)
    {
        (_columns, _width) = (columns, columns + 1 + targets);
        _rows = Matrix<double>.Build.Dense(3 * _width + 256, _width);
        _filled = _width;
    }

    /// <summary>The number of rows that were added.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row: the values of the columns, then the targets.</summary>
    public void Add(double[] row)
    {
        if (_filled == _rows.RowCount)
            Fold();
        _rows.SetRow(_filled++, [.. row[.._columns], 1, .. row[_columns..]]);
        Rows++;
    }

    /// <summary>
    /// The coefficients, (chosen columns and the constant, targets), that make the mean squared error plus <paramref name="penalty"/> times
    /// the sum of their squares, but for that of the constant, smallest.
    /// </summary>
    public Matrix<double> Solve(int[] columns, double penalty)
    {
        if (_filled > _width)
            Fold();
        int count = columns.Length, targets = _width - _columns - 1;
        var left = Matrix<double>.Build.Dense(_width + count, count + 1);
        var right = Matrix<double>.Build.Dense(_width + count, targets);
        for (int i = 0; i < count; i++)
        {
            left.SetSubMatrix(0, _width, i, 1, _rows.SubMatrix(0, _width, columns[i], 1));
            left[_width + i, i] = Math.Sqrt(penalty * Rows);
        }
        left.SetSubMatrix(0, _width, count, 1, _rows.SubMatrix(0, _width, _columns, 1));
        right.SetSubMatrix(0, _width, 0, targets, _rows.SubMatrix(0, _width, _columns + 1, targets));
        return left.QR(QRMethod.Thin).Solve(right);
    }

    private void Fold()
    {
        var triangle = _rows.QR(QRMethod.Thin).R;
        _rows.Clear();
        _rows.SetSubMatrix(0, 0, triangle);
        _filled = _width;
    }
}
