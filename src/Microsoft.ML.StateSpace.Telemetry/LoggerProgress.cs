using Microsoft.Extensions.Logging;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Writes how trainings go to an <see cref="ILogger"/>, as structured messages: each epoch at the level debug, the end at the level
/// information, what should be changed at the level warning, and a training that ended without a model at the level error. The event ids
/// and the names of their properties stand in <c>docs/telemetry.md</c>.
/// </summary>
/// <remarks>It may be used by several trainings, one after the other or at the same time.</remarks>
public sealed partial class LoggerProgress : IProgress<TrainingProgress>, IProgress<TrainingEnd>
{
    private readonly ILogger _logger;

    /// <summary>Makes a progress that writes to a logger.</summary>
    /// <param name="logger">Where the messages go.</param>
    public LoggerProgress(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <summary>Writes an epoch.</summary>
    /// <param name="value">What is known at the end of the epoch.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (double.IsNaN(value.ValidationLoss))
        {
            EpochEnded(value.Run, value.Member, value.Epoch, value.Epochs, value.TrainingLoss, value.SequencesPerSecond);
            return;
        }
        EpochValidated(
            value.Run, value.Member, value.Epoch, value.Epochs, value.TrainingLoss, value.ValidationLoss, value.MetricName,
            value.ValidationMetric, value.IsBest, value.SequencesPerSecond);
    }

    /// <summary>Writes how a training ended.</summary>
    /// <param name="value">How it ended.</param>
    public void Report(TrainingEnd value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Summary is { } summary)
        {
            TrainingEnded(
                value.Run, summary.Epochs, summary.Stop, summary.Duration.TotalSeconds, summary.BestEpoch, summary.ParameterCount);
            if (summary.ValidationMetric is { } metric)
                TrainingValidated(value.Run, metric);
            if (summary.Warning is { } warning)
                TrainingWarned(value.Run, warning);
        }
        else if (value.Error is OperationCanceledException)
        {
            TrainingCancelled(value.Run);
        }
        else
        {
            TrainingFailed(value.Error, value.Run);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Training {Run}, member {Member}: epoch {Epoch}/{Epochs}, loss {TrainingLoss:F4}, "
        + "{SequencesPerSecond:F0} sequences/s")]
    private partial void EpochEnded(long run, int member, int epoch, int epochs, double trainingLoss, double sequencesPerSecond);

    [LoggerMessage(2, LogLevel.Debug, "Training {Run}, member {Member}: epoch {Epoch}/{Epochs}, loss {TrainingLoss:F4}, validation loss "
        + "{ValidationLoss:F4}, {MetricName} {ValidationMetric:F3}, best so far: {IsBest}, {SequencesPerSecond:F0} sequences/s")]
    private partial void EpochValidated(
        long run, int member, int epoch, int epochs, double trainingLoss, double validationLoss, string metricName,
        double validationMetric, bool isBest, double sequencesPerSecond);

    [LoggerMessage(3, LogLevel.Information, "Training {Run} ended after {Epochs} epochs ({Stop}) in {Seconds:F1} s and kept epoch "
        + "{BestEpoch}: {ParameterCount} parameters")]
    private partial void TrainingEnded(long run, int epochs, TrainingStop stop, double seconds, int bestEpoch, int parameterCount);

    [LoggerMessage(4, LogLevel.Information, "Training {Run}: the model that was kept has the validation metric {ValidationMetric:F3}")]
    private partial void TrainingValidated(long run, double validationMetric);

    [LoggerMessage(5, LogLevel.Warning, "Training {Run}: {Warning}")]
    private partial void TrainingWarned(long run, string warning);

    [LoggerMessage(6, LogLevel.Warning, "Training {Run} was cancelled before there was a model")]
    private partial void TrainingCancelled(long run);

    [LoggerMessage(7, LogLevel.Error, "Training {Run} ended without a model")]
    private partial void TrainingFailed(Exception? exception, long run);
}
