namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Training diverged: the loss exploded or is no longer a number. It is thrown where no epoch before had a validation loss; where one had,
/// its model is returned, and the summary says <see cref="TrainingStop.Diverged"/>.
/// </summary>
/// <param name="step">The optimiser step, from 1.</param>
/// <param name="loss">The loss at that step.</param>
/// <param name="learningRate">The learning rate of the training.</param>
public sealed class TrainingDivergedException(int step, double loss, double learningRate)
    : InvalidOperationException(
        $"Training diverged at step {step}: the loss is {loss:G4}. "
        + $"The usual remedy is a lower TrainingOptions.LearningRate (it was {learningRate:G3}; try a third of it), "
        + "a smaller GradientClip, or inputs on a common scale (NormalizeMeanVariance).")
{
    /// <summary>The optimiser step, from 1.</summary>
    public int Step { get; } = step;

    /// <summary>The loss at that step.</summary>
    public double Loss { get; } = loss;
}
