using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The normal equations of a ridge regression of many rows, which are added block after block and not kept: <c>Z^T Z</c>, <c>Z^T Y</c>, and
/// the sums with which both are centred in the end. Rows that count w times are multiplied by <c>sqrt(w)</c>, and their sums by w.
/// </summary>
internal sealed class NormalEquations(int width, int outputs, Workers workers)
{
    private const int RowsOfPiece = 96;

    private readonly float[] _gram = new float[(long)width * width];
    private readonly float[] _right = new float[outputs * width];
    private readonly double[] _sum = new double[width];
    private readonly double[] _targetSum = new double[outputs];
    private double _weight;

    /// <summary>The mean of each output.</summary>
    public double[] TargetMeans => Array.ConvertAll(_targetSum, sum => sum / _weight);

    /// <summary>The mean of each feature.</summary>
    public double[] Means => Array.ConvertAll(_sum, sum => sum / _weight);

    /// <summary>Adds rows.</summary>
    /// <param name="features">(rows, width), and room behind them: not yet multiplied; destroyed.</param>
    /// <param name="targets">The targets of all rows.</param>
    /// <param name="first">The place of each row among the targets.</param>
    public void Add(float[] features, ReadOutTargets targets, ReadOnlySpan<int> first)
    {
        int rows = first.Length;
        var y = new float[rows * outputs];
        for (int i = 0; i < rows; i++)
        {
            double weight = targets.Weights[first[i]];
            float root = (float)Math.Sqrt(weight);
            var row = features.AsSpan(i * width, width);
            for (int j = 0; j < width; j++)
                _sum[j] += weight * row[j];
            TensorPrimitives.Multiply(row, root, row);
            for (int k = 0; k < outputs; k++)
            {
                float value = targets.Values[first[i] * outputs + k];
                _targetSum[k] += weight * value;
                y[i * outputs + k] = root * value;
            }
            _weight += weight;
        }
        Gemm.Multiply(outputs, width, rows, y, outputs, true, features, width, false, _right, width, accumulate: true);
        AddGram(features, rows);
    }

    /// <summary>The centred equations with a penalty on the diagonal: <c>Z^T Z + a I</c> into the lower half of a matrix.</summary>
    public void Matrix(double penalty, float[] matrix)
    {
        workers.Run(width, (_, i) =>
        {
            double mean = _sum[i] / _weight;
            for (int j = 0; j <= i; j++)
                matrix[(long)i * width + j] = (float)(_gram[(long)i * width + j] - mean * _sum[j]);
            matrix[(long)i * width + i] += (float)penalty;
        });
    }

    /// <summary>The centred right side, (outputs, width).</summary>
    public float[] Right()
    {
        var right = new float[outputs * width];
        for (int k = 0; k < outputs; k++)
            for (int j = 0; j < width; j++)
                right[k * width + j] = (float)(_right[k * width + j] - _targetSum[k] / _weight * _sum[j]);
        return right;
    }

    private void AddGram(float[] rows, int count)
        => workers.Run((width + RowsOfPiece - 1) / RowsOfPiece, (_, piece) =>
        {
            int first = piece * RowsOfPiece, own = Math.Min(RowsOfPiece, width - first);
            Gemm.Multiply(
                own, first + own, count, rows.AsSpan(first), width, true, rows, width, false, _gram.AsSpan(first * width), width,
                accumulate: true);
        });
}
