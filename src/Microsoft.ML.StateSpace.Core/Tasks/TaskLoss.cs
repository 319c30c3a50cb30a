namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>A loss over rows, where a row is a sequence or a time step. Rows whose target is not known do not count.</summary>
internal abstract class TaskLoss
{
    /// <summary>The loss by which a model of this task is trained.</summary>
    public static TaskLoss Of(SequenceTask task, int outputs, TrainingOptions options)
        => task.Target == TargetKind.Class
            ? new CrossEntropyLoss(outputs, options.LabelSmoothing ?? 0, options.ClassWeights)
            : options.IntervalLevels is { } levels ? new IntervalLoss(levels) : new ValueLoss(outputs, options);

    /// <summary>The loss by which models of this task are compared: as they are trained, but without smoothed targets.</summary>
    public static TaskLoss OfValidation(SequenceTask task, int outputs, TrainingOptions options)
        => Of(task, outputs, options with { LabelSmoothing = 0 });

    /// <summary>The sum of the weights of some rows. The loss of a batch is divided by it.</summary>
    public abstract double Weight(TargetRows targets);

    /// <summary>The sum of the losses of some rows; outputs are (rows, outputs).</summary>
    public abstract double Value(ReadOnlySpan<float> outputs, TargetRows targets);

    /// <summary>Assigns the derivative of that sum with respect to the outputs, times <paramref name="scale"/>.</summary>
    public abstract void Derivative(ReadOnlySpan<float> outputs, TargetRows targets, double scale, Span<float> gradient);
}
