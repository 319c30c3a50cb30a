namespace Microsoft.ML.StateSpace.Training;

/// <summary>Training diverged: the loss is not a number any more, or exploded.</summary>
public sealed class TrainingDivergedException(int step, double loss, double learningRate)
    : InvalidOperationException(
        $"Training diverged at step {step}: the loss is {loss:G4}. The usual remedy is a lower TrainingOptions.LearningRate (it was {learningRate:G3}; try a third of it), "
        + "a smaller GradientClip, or inputs on a common scale (NormalizeMeanVariance).")
{
    /// <summary>The optimiser step, from 1.</summary>
    public int Step { get; } = step;

    /// <summary>The loss there.</summary>
    public double Loss { get; } = loss;
}
