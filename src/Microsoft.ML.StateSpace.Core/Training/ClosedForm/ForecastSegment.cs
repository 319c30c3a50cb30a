using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Fits some horizon steps that follow one another, for which a target has one choice. It is the choice whose equations have the least
/// squared error in the second stretch, fitted to the first, and in the third, fitted to the first two. The sizes of these errors give the
/// intervals; the equations of the model are fitted to all.
/// </summary>
/// <param name="model">The model, whose weights and intervals are assigned.</param>
/// <param name="records">All series.</param>
/// <param name="choices">The plain ones of each target. To the best of them groups of features are added, if the error falls.</param>
/// <param name="confidence">The share of values that shall lie in their intervals.</param>
/// <param name="earlier">Where they are wanted, the weights that judged each held-out stretch; assigned.</param>
/// <param name="firstErrors">Receives the errors of step 1 as they are measured.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class ForecastSegment(
    ForecastModel model, IReadOnlyList<ForecastRecord> records, ForecastChoice[][] choices, double confidence, double[][]? earlier,
    ICollection<ForecastError>? firstErrors, CancellationToken cancellation)
{
    private readonly ForecastShape _shape = model.Shape;

    /// <summary>Fits the steps behind the one at which the sums stand.</summary>
    public void Fit(ForecastSums sums, int first, int count)
    {
        var moments = new ForecastMoments[count][];
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            sums.Advance();
            moments[i] = [.. Enumerable.Range(0, ForecastRecord.Stretches).Select(sums.Moments)];
        }
        var best = Choose(moments, choices);
        foreach (var additions in new[] { ForecastChoice.Times, ForecastChoice.Curves, ForecastChoice.Statics })
            best = Choose(moments, [.. best.Select((found, target) => found.With(_shape, target, additions).ToArray())]);
        for (int i = 0; i < count; i++)
            Finish(first + i, moments[i], best);
    }

    private ForecastChoice[] Choose(ForecastMoments[][] moments, ForecastChoice[][] choices)
    {
        var errors = choices.Select(all => new double[all.Length]).ToArray();
        var weights = new double[_shape.Features];
        foreach (var step in moments)
        {
            AddErrors(step[0], step[1]);
            AddErrors(ForecastMoments.Sum(_shape.Features, _shape.Targets, step.AsSpan(0, 2)), step[2]);
        }

        void AddErrors(ForecastMoments fitted, ForecastMoments heldOut)
        {
            var solved = new Dictionary<(int[], double), ForecastRidge>();
            for (int j = 0; j < choices.Length; j++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int i = 0; i < choices[j].Length; i++)
                    errors[j][i] += choices[j][i].TrySolve(fitted, _shape.Features, j, solved, weights)
                        ? heldOut.ErrorOf(j, weights) : double.PositiveInfinity;
            }
        }
        return [.. choices.Select((all, j) => all[Array.IndexOf(errors[j], errors[j].Min())])];
    }

    private void Finish(int step, ForecastMoments[] moments, ForecastChoice[] best)
    {
        var sums = moments[0];
        var residuals = best.Select(_ => new List<double>()).ToArray();
        for (int stretch = 1; stretch <= moments.Length; stretch++)
        {
            var solved = new Dictionary<(int[], double), ForecastRidge>();
            for (int j = 0; j < best.Length; j++)
            {
                if (!best[j].TrySolve(sums, _shape.Features, j, solved, Weights(step, j)))
                    (best[j] with { Chosen = [] }).TrySolve(sums, _shape.Features, j, solved, Weights(step, j));
            }
            if (stretch == moments.Length)
                break;
            if (earlier is not null)
                Row(model.Weights, step).CopyTo(Row(earlier[stretch - 1], step));
            Measure(step, stretch, residuals);
            sums.Add(moments[stretch]);
        }
        for (int j = 0; j < best.Length; j++)
            model.HalfWidths[(step - 1) * _shape.Targets + j] = ForecastCalibration.Quantile(residuals[j], confidence);
    }

    // The equations of a step, (Targets, Features).
    private Span<double> Row(double[] weights, int step)
        => weights.AsSpan((step - 1) * _shape.Targets * _shape.Features, _shape.Targets * _shape.Features);

    private Span<double> Weights(int step, int target)
        => model.Weights.AsSpan(((step - 1) * _shape.Targets + target) * _shape.Features, _shape.Features);

    // The sizes of errors in a stretch, in units of the running scale.
    private void Measure(int step, int stretch, List<double>[] residuals)
    {
        var own = new double[_shape.StepFeatures + _shape.Targets];
        foreach (var record in records)
        {
            for (int t = Math.Max(0, record.StartOf(stretch) - step); t < record.StartOf(stretch + 1) - step; t++)
            {
                if (!record.IsUsable(t) || !record.IsKnown(t + step))
                    continue;
                record.WriteStep(t, step, own);
                for (int j = 0; j < residuals.Length; j++)
                {
                    var weights = Weights(step, j);
                    double forecast = TensorPrimitives.Dot(record.Features(t), weights[.._shape.RowFeatures])
                        + TensorPrimitives.Dot<double>(own.AsSpan(0, _shape.StepFeatures), weights[_shape.RowFeatures..]);
                    double error = own[_shape.StepFeatures + j] - forecast;
                    residuals[j].Add(Math.Abs(error));
                    if (step == 1)
                        firstErrors?.Add(new ForecastError(record, j, error, record.ScaleOf(t, j)));
                }
            }
        }
    }
}
