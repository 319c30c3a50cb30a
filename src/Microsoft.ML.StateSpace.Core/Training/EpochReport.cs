using System.Globalization;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Tells the log, and who follows the progress, of every epoch.</summary>
internal sealed class EpochReport(TrainingWork work)
{
    private readonly string _metric = TaskMetric.Of(work.Model.Options.Task, work.Model.Options.Outputs).Name;
    private readonly TrainingOptions _options = work.Options.Detached();

    /// <param name="epoch">The epoch that has ended, from 1.</param>
    /// <param name="loss">Its training loss.</param>
    /// <param name="score">Loss and metric of the validation set, where there is one.</param>
    /// <param name="isBest">Whether it is the best epoch so far.</param>
    /// <param name="seconds">What it took.</param>
    /// <param name="elapsed">Time since training began.</param>
    /// <param name="more">What else the line of the log ends with.</param>
    public void Write(
        int epoch, double loss, (double Loss, double Metric)? score, bool isBest, double seconds, TimeSpan elapsed, string more = "")
    {
        var (before, behind) = work.OtherEpochs;
        int epochs = before + work.Options.Epochs!.Value + behind;
        var progress = new TrainingProgress
        {
            Task = work.Model.Options.Task,
            Architecture = work.Model.Options.Architecture,
            Options = _options,
            Epoch = before + epoch,
            Epochs = epochs,
            TrainingLoss = loss,
            ValidationLoss = score?.Loss ?? double.NaN,
            MetricName = _metric,
            ValidationMetric = score?.Metric ?? double.NaN,
            IsBest = isBest,
            SequencesPerSecond = work.Windows.Count / seconds,
            Elapsed = elapsed,
            Remaining = elapsed / epoch * (epochs - before - epoch),
        };
        TrainingMeter.Epoch(progress, work.Windows.Count, seconds);
        work.Options.Progress?.Report(progress);
        string validation = score is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", validation loss {score.Value.Loss:F4}, {_metric} {score.Value.Metric:F3}");
        work.Log?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"Epoch {before + epoch}/{epochs}: loss {loss:F4}{validation}{more}"));
    }
}
