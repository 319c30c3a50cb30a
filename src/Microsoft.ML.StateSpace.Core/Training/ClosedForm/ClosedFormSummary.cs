using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>How a fit in closed form went. It has no epochs, and reports once, at its end, as if it were one.</summary>
internal static class ClosedFormSummary
{
    /// <param name="model">The model, all values set.</param>
    /// <param name="training">How it was fitted; its progress receives the report.</param>
    /// <param name="loss">The loss of answers to rows that were left out.</param>
    /// <param name="metric">The metric of the same answers.</param>
    /// <param name="parameters">Number of values that were solved for.</param>
    /// <param name="sequences">Number of training sequences.</param>
    /// <param name="elapsed">Time since the fit began.</param>
    public static TrainingSummary Of(
        Models.SequenceModelOptions model, TrainingOptions training, double loss, double metric, int parameters, int sequences,
        TimeSpan elapsed)
    {
        var progress = new TrainingProgress
        {
            Task = model.Task,
            Architecture = model.Architecture,
            Options = training.Detached(),
            Epoch = 1,
            Epochs = 1,
            TrainingLoss = loss,
            ValidationLoss = loss,
            MetricName = TaskMetric.Of(model.Task, model.Outputs).Name,
            ValidationMetric = metric,
            IsBest = true,
            SequencesPerSecond = sequences / Math.Max(elapsed.TotalSeconds, 1e-6),
            Elapsed = elapsed,
            Remaining = TimeSpan.Zero,
        };
        TrainingMeter.Epoch(progress, sequences, elapsed.TotalSeconds);
        training.Progress?.Report(progress);
        return new TrainingSummary
        {
            Options = training,
            Epochs = 0,
            BestEpoch = 0,
            ValidationLoss = loss,
            ValidationMetric = metric,
            Stop = TrainingStop.Completed,
            Duration = elapsed,
            ParameterCount = parameters,
        };
    }
}
