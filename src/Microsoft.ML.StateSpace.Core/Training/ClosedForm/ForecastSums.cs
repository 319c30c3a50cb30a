using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Sums the moments of all series for one horizon step after the other. The moments of row features are those of the step before but for
/// the rows at the ends of stretches, which move by one.
/// </summary>
internal sealed class ForecastSums
{
    private readonly ForecastShape _shape;
    private readonly IReadOnlyList<ForecastRecord> _records;
    private readonly double[][] _rows;
    private int _step;

    private ForecastSums(ForecastShape shape, IReadOnlyList<ForecastRecord> records, double[][] rows, int step)
        => (_shape, _records, _rows, _step) = (shape, records, rows, step);

    /// <summary>Sums the row features of the rows of each stretch, which is step 0.</summary>
    public static ForecastSums Of(ForecastShape shape, IReadOnlyList<ForecastRecord> records, Workers workers)
    {
        var rows = new double[ForecastRecord.Stretches][];
        workers.Run(rows.Length, (_, stretch) =>
        {
            rows[stretch] = new double[shape.RowFeatures * shape.RowFeatures];
            foreach (var record in records)
            {
                for (int t = record.StartOf(stretch); t < record.StartOf(stretch + 1); t++)
                    AddRow(shape, record, t, 1, rows[stretch], shape.RowFeatures);
            }
        });
        return new ForecastSums(shape, records, rows, 0);
    }

    public ForecastSums Copy() => new(_shape, _records, [.. _rows.Select(sums => (double[])sums.Clone())], _step);

    /// <summary>Goes to the next horizon step.</summary>
    public void Advance()
    {
        _step++;
        foreach (var record in _records)
        {
            for (int stretch = 0; stretch < _rows.Length; stretch++)
            {
                AddRow(_shape, record, record.StartOf(stretch) - _step, 1, _rows[stretch], _shape.RowFeatures);
                AddRow(_shape, record, record.StartOf(stretch + 1) - _step, -1, _rows[stretch], _shape.RowFeatures);
            }
        }
    }

    /// <summary>The moments of the current horizon step in a stretch.</summary>
    public ForecastMoments Moments(int stretch)
    {
        int rowFeatures = _shape.RowFeatures, features = _shape.Features;
        var moments = new ForecastMoments(features, _shape.Targets);
        for (int i = 0; i < rowFeatures; i++)
            _rows[stretch].AsSpan(i * rowFeatures, i + 1).CopyTo(moments.Gram.AsSpan(i * features));
        var step = new double[_shape.StepFeatures + _shape.Targets];
        foreach (var record in _records)
        {
            for (int t = Math.Max(0, record.StartOf(stretch) - _step); t < record.StartOf(stretch + 1) - _step; t++)
            {
                if (!record.IsUsable(t))
                    continue;
                if (record.IsKnown(t + _step))
                {
                    record.WriteStep(t, _step, step);
                    AddStep(moments, record.Features(t), step);
                }
                else
                    AddRow(_shape, record, t, -1, moments.Gram, features);
            }
        }
        return moments;
    }

    private static void AddRow(ForecastShape shape, ForecastRecord record, int row, double sign, double[] gram, int stride)
    {
        if (!record.IsUsable(row))
            return;
        var features = record.Features(row);
        for (int i = 0; i < shape.RowFeatures; i++)
        {
            var sums = gram.AsSpan(i * stride, i + 1);
            TensorPrimitives.MultiplyAdd(features[..(i + 1)], sign * features[i], sums, sums);
        }
    }

    private void AddStep(ForecastMoments moments, ReadOnlySpan<double> row, ReadOnlySpan<double> step)
    {
        int features = _shape.Features, rowFeatures = _shape.RowFeatures, own = _shape.StepFeatures;
        for (int i = 0; i < own; i++)
        {
            double value = step[i];
            if (value == 0)
                continue;
            var sums = moments.Gram.AsSpan((rowFeatures + i) * features, rowFeatures + i + 1);
            TensorPrimitives.MultiplyAdd(row, value, sums[..rowFeatures], sums[..rowFeatures]);
            TensorPrimitives.MultiplyAdd(step[..(i + 1)], value, sums[rowFeatures..], sums[rowFeatures..]);
        }
        for (int j = 0; j < _shape.Targets; j++)
        {
            double value = step[own + j];
            var sums = moments.Cross.AsSpan(j * features, features);
            TensorPrimitives.MultiplyAdd(row, value, sums[..rowFeatures], sums[..rowFeatures]);
            TensorPrimitives.MultiplyAdd(step[..own], value, sums[rowFeatures..], sums[rowFeatures..]);
            moments.Energy[j] += value * value;
        }
        moments.Count++;
    }
}
