using System.Diagnostics.Metrics;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// All that is measured. Names and units follow the conventions of OpenTelemetry for metrics: names with dots, units of UCUM, durations in
/// seconds; names of attributes stand in <see cref="ModelTags"/>. A test holds the table in <c>docs/telemetry.md</c> against these.
/// </summary>
internal static class Instruments
{
    private const string Second = "s", One = "1", Sequence = "{sequence}", Step = "{step}";

    private static readonly Meter Meter = new(StateSpaceMeter.Name, typeof(Instruments).Assembly.GetName().Version!.ToString(3));

    // From a millisecond to an hour: an epoch may take either, and so may the scoring of rows.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600],
    };

    public static readonly Counter<long> TrainingRuns = Meter.CreateCounter<long>(
        "statespace.training.runs", "{training}", "Trainings that have ended, with a model or without.");

    public static readonly Counter<long> TrainingEpochs = Meter.CreateCounter<long>(
        "statespace.training.epochs", "{epoch}", "Epochs, or iterations of a method of descent, that have ended.");

    public static readonly Counter<long> TrainingSequences = Meter.CreateCounter<long>(
        "statespace.training.sequences", Sequence, "Sequences, or windows of them, that epochs have trained on.");

    public static readonly Histogram<double> EpochDuration = Meter.CreateHistogram(
        "statespace.training.epoch.duration", Second, "Duration of an epoch, without validation.", tags: null, Durations);

    public static readonly Gauge<double> TrainingLoss = Meter.CreateGauge<double>(
        "statespace.training.loss", One, "Mean loss of the last epoch.");

    public static readonly Gauge<double> ValidationLoss = Meter.CreateGauge<double>(
        "statespace.training.validation.loss", One, "Validation loss behind the last epoch.");

    public static readonly Gauge<double> ValidationMetric = Meter.CreateGauge<double>(
        "statespace.training.validation.metric", One, "Accuracy, or fit in percent, behind the last epoch.");

    public static readonly Gauge<double> BestLoss = Meter.CreateGauge<double>(
        "statespace.training.validation.best_loss", One, "Validation loss of the best epoch so far.");

    public static readonly Counter<long> ScoredSequences = Meter.CreateCounter<long>(
        "statespace.scoring.sequences", Sequence, "Sequences that were scored.");

    public static readonly Counter<long> ScoredSteps = Meter.CreateCounter<long>(
        "statespace.scoring.steps", Step, "Time steps of the sequences that were scored.");

    public static readonly Counter<long> ScoringErrors = Meter.CreateCounter<long>(
        "statespace.scoring.errors", Sequence, "Sequences that could not be read or scored.");

    public static readonly Histogram<double> ScoringDuration = Meter.CreateHistogram(
        "statespace.scoring.duration", Second, "Duration of scoring one row, or the rows that a cursor reads ahead.", tags: null,
        Durations);

    public static readonly Counter<long> StreamSteps = Meter.CreateCounter<long>(
        "statespace.streaming.steps", Step, "Time steps of streams.");
}
