using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The widths of intervals, by split conformal prediction (Lei et al. 2018, arXiv:1604.04173), and those of the steps behind the equations,
/// which are forecast from forecasts: by equations that had not seen the rows, from some of the held-out rows.
/// </summary>
internal static class ForecastCalibration
{
    /// <summary>Rows of each held-out stretch, in all series together, from which steps behind the equations are forecast.</summary>
    private const int MostOrigins = 1000;

    /// <summary>Of n errors, the one of rank ceil((n + 1) confidence). Where they are too few for it, the largest.</summary>
    public static double Quantile(List<double> errors, double confidence)
    {
        errors.Sort();
        return errors[Math.Clamp(RankOf(errors.Count, confidence), 1, errors.Count) - 1];
    }

    /// <summary>
    /// Assigns the widths of the steps behind the equations. Where too few held-out rows reach so far ahead, the width grows with the
    /// root of the steps, as the error of a random walk does.
    /// </summary>
    /// <param name="model">The model, whose widths of steps with equations are known.</param>
    /// <param name="earlier">The weights of each held-out stretch, from what lies before it.</param>
    /// <param name="series">The rows of each series.</param>
    /// <param name="records">Each series as it was learnt from.</param>
    /// <param name="confidence">The share of values that shall lie in their intervals.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static void Extend(
        ForecastModel model, double[][] earlier, IReadOnlyList<float[]> series, ForecastRecord[] records, double confidence,
        Workers workers, CancellationToken cancellation)
    {
        var shape = model.Shape;
        int stride = ForecastTrial.StrideOf(records, MostOrigins), first = shape.Equations * shape.Targets;
        var errors = new List<double>[earlier.Length * records.Length][];
        workers.Run(errors.Length, (_, i) =>
        {
            var (stretch, at) = Math.DivRem(i, records.Length);
            List<double>[] own = [.. Enumerable.Range(first, model.HalfWidths.Length - first).Select(_ => new List<double>())];
            var judged = new ForecastModel(shape, model.Scales, earlier[stretch], model.HalfWidths);
            ForecastTrial.Run(
                judged, series[at], records[at], stretch + 1, stride,
                (place, error) =>
                {
                    if (place >= first)
                        own[place - first].Add(error);
                },
                cancellation);
            errors[i] = own;
        });
        for (int place = first; place < model.HalfWidths.Length; place++)
        {
            int own = place - first;
            double step = place / shape.Targets + 1;
            List<double> all = [.. errors.SelectMany(part => part[own])];
            model.HalfWidths[place] = all.Count > 0 && RankOf(all.Count, confidence) <= all.Count ? Quantile(all, confidence)
                : model.HalfWidths[place - shape.Targets] * Math.Sqrt(step / (step - 1));
        }
    }

    private static int RankOf(int count, double confidence) => (int)Math.Ceiling((count + 1) * confidence);
}
