using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A series as the network of a forecaster learns from it: the channels of its rows, and how far each target of the coming rows lies from
/// the closed form, which is fitted to the learnt part alone. A pair of a row and a horizon step belongs to the part in which its target
/// lies. The first part is learnt, the second chooses the epoch, the third says with what weight the network counts.
/// </summary>
internal sealed class ForecastExamples
{
    /// <summary>The end of the first and second part, as shares of the rows up to the last target.</summary>
    private const double LearntShare = 0.8, ChoosingShare = 0.9;

    // Targets are bounded to so many units: what is further off teaches the network nothing about others.
    private const float Farthest = 100;

    private readonly ForecastModel _closed;
    private readonly ForecastRecord _record;
    private readonly float[] _rows;

    /// <param name="closed">The closed form, fitted to the learnt part.</param>
    /// <param name="rows">(T, Width).</param>
    public ForecastExamples(ForecastModel closed, float[] rows)
    {
        (_closed, _rows) = (closed, rows);
        _record = new ForecastRecord(closed, rows);
        (Learnt, Choosing, Known) = Parts(rows, closed.Shape);
    }

    /// <summary>Rows up to the last target.</summary>
    public int Known { get; }

    /// <summary>Rows whose targets are learnt.</summary>
    public int Learnt { get; }

    /// <summary>The end of the rows whose targets choose the epoch.</summary>
    public int Choosing { get; }

    /// <summary>The rows whose targets are learnt, (rows, Width).</summary>
    public static float[] LearntRows(float[] rows, ForecastShape shape) => rows[..(Parts(rows, shape).Learnt * shape.Width)];

    /// <summary>The channels of the first rows, (rows, <see cref="ForecastNetwork.InputsOf"/>).</summary>
    public float[] Inputs(int rows)
    {
        var shape = _closed.Shape;
        int width = ForecastNetwork.InputsOf(shape), own = ForecastNetwork.OwnInputs(shape), ahead = ForecastNetwork.AheadRows(shape);
        var inputs = new float[(long)rows * width];
        for (int t = 0; t < rows; t++)
        {
            var row = inputs.AsSpan(t * width, width);
            ForecastNetwork.WriteOwn(_record.Features(t), row[..own]);
            for (int i = 0; i < ahead; i++)
            {
                // At the end of a series the last covariates stand for those behind.
                var coming = _record.Kept(Math.Min(t + 1 + i, _record.Rows - 1))[shape.Targets..];
                for (int c = 0; c < coming.Length; c++)
                    row[own + i * coming.Length + c] = ForecastNetwork.Bounded(coming[c]);
            }
        }
        return inputs;
    }

    /// <summary>
    /// Targets of the first rows as <see cref="IntervalLoss"/> takes them, (rows, Horizon, Targets, 3): units from the forecast of the
    /// closed form; NaN where they are not known, or lie outside of the given rows.
    /// </summary>
    public float[] Targets(int rows, int from, int to)
    {
        var shape = _closed.Shape;
        var targets = new float[(long)rows * ForecastNetwork.OutputsOf(shape)];
        Array.Fill(targets, float.NaN);
        var step = new double[shape.StepFeatures + shape.Targets];
        for (int t = 0; t < rows; t++)
        {
            if (!_record.IsUsable(t))
                continue;
            for (int k = Math.Max(1, from - t); k <= shape.Horizon && t + k < to; k++)
            {
                _record.WriteStep(t, k, step);
                for (int j = 0; j < shape.Targets; j++)
                {
                    int place = (k - 1) * shape.Targets + j;
                    double unit = _closed.HalfWidths[place];
                    if (unit > 0 && float.IsFinite(_rows[(t + k) * shape.Width + j]))
                        targets[(t * _closed.HalfWidths.Length + place) * IntervalLoss.Size] = Math.Clamp(
                            (float)((step[shape.StepFeatures + j] - Forecast(t, place, step)) / unit), -Farthest, Farthest);
                }
            }
        }
        return targets;
    }

    private double Forecast(int row, int place, ReadOnlySpan<double> step)
    {
        var shape = _closed.Shape;
        var weights = _closed.Weights.AsSpan(place * shape.Features, shape.Features);
        return TensorPrimitives.Dot(_record.Features(row), weights[..shape.RowFeatures])
            + TensorPrimitives.Dot(step[..shape.StepFeatures], weights[shape.RowFeatures..]);
    }

    private static (int Learnt, int Choosing, int Known) Parts(float[] rows, ForecastShape shape)
    {
        int known = rows.Length / shape.Width;
        while (known > 0 && !AnyFinite(rows.AsSpan((known - 1) * shape.Width, shape.Targets)))
            known--;
        return ((int)(known * LearntShare), (int)(known * ChoosingShare), known);
    }

    private static bool AnyFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (float.IsFinite(value))
                return true;
        }
        return false;
    }
}
