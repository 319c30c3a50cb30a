namespace Microsoft.ML.StateSpace.Models;

/// <summary>Scores sequences with a trained model. Safe to use from many threads at once: each call borrows memory of its own.</summary>
internal sealed class SequencePredictor(TrainedModel model)
{
    public TrainedModel Model { get; } = model;

    /// <summary>Floats of the answer to a sequence of <paramref name="length"/> steps: class probabilities, or (length, outputs).</summary>
    public int OutputLength(int length) => Model.Options.Task == SequenceTask.Classification ? Model.Options.Outputs : length * Model.Options.Outputs;

    /// <summary>Scores one sequence (length, inputs). A NaN in it, or a length of 0, gives NaN scores.</summary>
    public void Predict(ReadOnlySpan<float> values, Span<float> outputs) => throw new NotImplementedException();
}
