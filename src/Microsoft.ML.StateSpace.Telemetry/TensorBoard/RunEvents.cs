using System.Globalization;

namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>One run of TensorBoard: the epochs of one model in one folder.</summary>
/// <param name="folder">The folder, which is there.</param>
/// <param name="time">The clock.</param>
internal sealed class RunEvents(string folder, TimeProvider time) : IDisposable
{
    private EventFile? _file;
    private IReadOnlyList<KeyValuePair<string, object>> _options = [];

    /// <summary>The folder of the run.</summary>
    public string Folder => folder;

    /// <summary>The last epoch that was written; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Whether a report is that of a later epoch of the same training.</summary>
    public bool IsContinuedBy(TrainingProgress progress) => Epoch < progress.Epoch && OptionsText.Of(progress).SequenceEqual(_options);

    public void Write(TrainingProgress progress)
    {
        var file = _file ??= new EventFile(folder, time);
        if (Epoch == 0)
        {
            _options = OptionsText.Of(progress);
            file.Write(0, EventValues.Text("options", OptionsText.Table("option", "value", _options)));
            file.Write(0, EventValues.SessionStart(_options, file.Seconds));
        }
        file.Write(
            progress.Epoch,
            from scalar in Scalars(progress) where !double.IsNaN(scalar.Value) select EventValues.Scalar(scalar.Tag, scalar.Value));
        Epoch = progress.Epoch;
    }

    public void Write(TrainingEnd end)
    {
        var file = _file ??= new EventFile(folder, time);
        file.Write(Epoch, EventValues.Text("end", OptionsText.Table("what", "value", Rows(end))));
        file.Write(Epoch, EventValues.SessionEnd(StatusOf(end), file.Seconds));
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static IEnumerable<(string Tag, double Value)> Scalars(TrainingProgress progress)
    {
        yield return ("loss/train", progress.TrainingLoss);
        yield return ("loss/validation", progress.ValidationLoss);
        // The metric of values is "fit %", and a tag is part of an address.
        yield return ($"metric/{progress.MetricName.Replace(" %", "_percent", StringComparison.Ordinal)}", progress.ValidationMetric);
        yield return ("speed/sequences_per_second", progress.SequencesPerSecond);
    }

    private static IEnumerable<KeyValuePair<string, object>> Rows(TrainingEnd end)
    {
        if (end.Summary is not { } summary)
        {
            yield return new("error", end.Error?.Message ?? "unknown");
            yield break;
        }
        yield return new("stop", summary.Stop.ToString());
        yield return new("epochs", (double)summary.Epochs);
        yield return new("best epoch", (double)summary.BestEpoch);
        if (summary.ValidationLoss is { } loss)
            yield return new("validation loss", loss);
        if (summary.ValidationMetric is { } metric)
            yield return new("validation metric", metric);
        yield return new("seconds", summary.Duration.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture));
        yield return new("parameters", (double)summary.ParameterCount);
        if (summary.Warning is { } warning)
            yield return new("warning", warning);
    }

    private static SessionStatus StatusOf(TrainingEnd end) => end switch
    {
        { Error: OperationCanceledException } or { Summary.Stop: TrainingStop.Cancelled } => SessionStatus.Unknown,
        { Summary: null } or { Summary.Stop: TrainingStop.Diverged } => SessionStatus.Failure,
        _ => SessionStatus.Success,
    };
}
