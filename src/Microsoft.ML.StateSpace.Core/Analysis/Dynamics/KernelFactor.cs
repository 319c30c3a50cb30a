using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Collects the features of a learning kernel, and the residuals to be learnt with them, as the rows of a matrix whose columns are time
/// steps. Only its triangular factor is kept, so that records may be long, and small rates stay as precise as large ones.
/// </summary>
/// <param name="features">Number of features.</param>
/// <param name="residuals">Number of residuals.</param>
internal sealed class KernelFactor(int features, int residuals)
{
    private Matrix _factor = new(features + residuals, 0);
    private int _steps;

    /// <summary>Adds time steps.</summary>
    /// <param name="rows">(features + residuals, steps).</param>
    public void Add(Matrix rows)
    {
        _steps += rows.Columns;
        Append(rows);
    }

    /// <summary>Adds the time steps of another factor.</summary>
    public void Add(KernelFactor other)
    {
        _steps += other._steps;
        Append(other._factor);
    }

    private void Append(Matrix rows)
    {
        var both = new Matrix(features + residuals, _factor.Columns + rows.Columns);
        for (int i = 0; i < both.Rows; i++)
        {
            _factor.Row(i).CopyTo(both.Row(i));
            rows.Row(i).CopyTo(both.Row(i)[_factor.Columns..]);
        }
        _factor = RowRotations.Compress(both);
    }

    /// <summary>
    /// The rates of the kernel, the largest first, and for each the sum over the residuals of the squares of what lies in its direction, as
    /// a mean over time. Both are means over the time steps.
    /// </summary>
    /// <param name="weights">m of each feature.</param>
    public (double[] Rates, double[] Powers) Decompose(IReadOnlyList<double> weights)
    {
        Matrix rows = new(features, _factor.Columns), companion = new(features, features);
        companion.AddToDiagonal(1);
        for (int i = 0; i < features; i++)
            TensorPrimitives.Multiply(_factor.Row(i), Math.Sqrt(weights[i] / _steps), rows.Row(i));
        double[] lengths = RowRotations.Orthogonalize(rows, companion);
        double[] powers = new double[features];
        for (int j = 0; j < features; j++)
        {
            // A direction that is nothing but rounding holds nothing.
            if (lengths[j] <= 1e-14 * lengths[0])
                continue;
            for (int r = 0; r < residuals; r++)
            {
                double along = TensorPrimitives.Dot<double>(rows.Row(j), _factor.Row(features + r)) / lengths[j];
                powers[j] += along * along / _steps;
            }
        }
        return ([.. lengths.Select(length => length * length)], powers);
    }

    /// <summary>The mean square of the residuals, summed over them.</summary>
    public double ResidualPower()
        => Enumerable.Range(features, residuals).Sum(r => TensorPrimitives.SumOfSquares<double>(_factor.Row(r))) / _steps;
}
