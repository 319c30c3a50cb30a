using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Ridge regression of a few targets on chosen columns and a constant, from <see cref="Moments"/> alone. Every column counts in units of
/// its deviation over all rows, so one penalty is fair to all; a column may be given a scale, with which it costs less (above 1) or more.
/// The penalty is in shares of the number of rows. Columns that do not vary have no coefficient.
/// </summary>
internal sealed class RidgeProblem
{
    // A deviation below this share of the root mean square is rounding.
    private const double Resolution = 1e-6;

    private readonly int _targets, _first;
    private readonly int[] _columns;
    private readonly double[] _deviations;
    private readonly Matrix _factor;

    /// <param name="all">The moments of all rows; they say in which unit a column counts.</param>
    /// <param name="columns">How many columns, from the first on, are regressed on.</param>
    /// <param name="targets">The last columns, so many, are the targets.</param>
    public RidgeProblem(Matrix all, int columns, int targets)
    {
        (Columns, _targets, _first) = (columns, targets, all.Rows - targets);
        _deviations = new double[all.Rows];
        double rows = all[0, 0];
        for (int i = 1; i < all.Rows; i++)
        {
            double mean = all[0, i] / rows, square = all[i, i] / rows, variance = square - mean * mean;
            _deviations[i] = variance > Resolution * Resolution * square && variance > 0 ? Math.Sqrt(variance) : 0;
        }
        _columns = [.. Enumerable.Range(1, columns).Where(i => _deviations[i] > 0)];
        _factor = new Matrix(_columns.Length, _columns.Length);
    }

    /// <summary>How many columns, from the first on, are regressed on.</summary>
    public int Columns { get; }

    /// <summary>
    /// The coefficients, (targets, 1 + <see cref="Columns"/>): first the constant, then one a column, 0 where it does not vary.
    /// </summary>
    /// <param name="moments">The rows to learn from.</param>
    /// <param name="penalty">Above 0.</param>
    /// <param name="scaled">The first column (counted from 1) that has the scale, and with it all behind it.</param>
    /// <param name="scale">Above 0.</param>
    public Matrix Solve(Matrix moments, double penalty, int scaled = int.MaxValue, double scale = 1)
    {
        int size = _columns.Length;
        double rows = moments[0, 0];
        var right = new Matrix(size, _targets);
        double Unit(int column) => (column >= scaled ? scale : 1) / _deviations[column];
        for (int i = 0; i < size; i++)
        {
            int a = _columns[i];
            double unit = Unit(a), mean = moments[0, a] / rows;
            for (int j = 0; j <= i; j++)
                _factor[i, j] = (moments[a, _columns[j]] - mean * moments[0, _columns[j]]) * unit * Unit(_columns[j]);
            _factor[i, i] += penalty * rows;
            for (int p = 0; p < _targets; p++)
                right[i, p] = (moments[a, _first + p] - mean * moments[0, _first + p]) * unit;
        }
        var result = new Matrix(_targets, 1 + Columns);
        // Rounding may leave a matrix with the smallest penalties that is not positive definite. A little more makes it so.
        while (!Factorize(penalty * rows))
            penalty *= 10;
        Triangular.Solve(_factor, right);
        Triangular.SolveTransposed(_factor, right);
        for (int p = 0; p < _targets; p++)
        {
            double constant = moments[0, _first + p];
            for (int i = 0; i < size; i++)
            {
                double w = right[i, p] * Unit(_columns[i]);
                result[p, _columns[i]] = w;
                constant -= w * moments[0, _columns[i]];
            }
            result[p, 0] = rows > 0 ? constant / rows : 0;
        }
        return result;
    }

    /// <summary>Sets the constants so that the mean error over the rows of <paramref name="moments"/> is 0; changes its argument.</summary>
    public Matrix Recentre(Matrix coefficients, Matrix moments)
    {
        double rows = moments[0, 0];
        for (int p = 0; p < _targets; p++)
        {
            double sum = moments[0, moments.Rows - _targets + p];
            for (int i = 1; i <= Columns; i++)
                sum -= coefficients[p, i] * moments[0, i];
            coefficients[p, 0] = rows > 0 ? sum / rows : 0;
        }
        return coefficients;
    }

    // The lower half is overwritten by its factor. Where that fails, what was there is restored from the upper half, with more on the
    // diagonal.
    private bool Factorize(double more)
    {
        int size = _factor.Rows;
        for (int i = 0; i < size; i++)
            for (int j = 0; j < i; j++)
                _factor[j, i] = _factor[i, j];
        var diagonal = new double[size];
        for (int i = 0; i < size; i++)
            diagonal[i] = _factor[i, i];
        if (LowerCholesky())
            return true;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                _factor[i, j] = _factor[j, i];
            _factor[i, i] = diagonal[i] + 9 * more;
        }
        return false;
    }

    // As Triangular.Cholesky, but the upper half stays.
    private bool LowerCholesky()
    {
        for (int i = 0; i < _factor.Rows; i++)
        {
            var row = _factor.Row(i);
            for (int j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], _factor.Row(j)[..j])) / _factor[j, j];
            double square = row[i] - TensorPrimitives.Dot<double>(row[..i], row[..i]);
            if (!(square > 0) || double.IsInfinity(square))
                return false;
            row[i] = Math.Sqrt(square);
        }
        return true;
    }

    /// <summary>
    /// The sum of squared errors of target <paramref name="target"/> over the rows of <paramref name="moments"/>, by these coefficients.
    /// </summary>
    public double SquaredError(Matrix moments, Matrix coefficients, int target)
    {
        // (y - w z)^2 summed = y y - 2 w (z y) + w (z z) w, over the columns that have a coefficient
        int y = moments.Rows - _targets + target;
        var w = coefficients.Row(target);
        double error = moments[y, y];
        for (int i = 0; i < w.Length; i++)
        {
            if (w[i] != 0)
                error += w[i] * (TensorPrimitives.Dot<double>(w, moments.Row(i)[..w.Length]) - 2 * moments[i, y]);
        }
        return Math.Max(error, 0);
    }
}
