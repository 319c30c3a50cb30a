using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>A model in training on some device. This is the one border between the training loop and a backend.</summary>
internal interface ISequenceEngine : IDisposable
{
    /// <summary>Makes one training step: forward, loss, backward, clip, update.</summary>
    /// <param name="batch">The batch with its targets.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="dropoutKey">Key of this step's random masks; not 0.</param>
    /// <returns>The batch's mean loss before the update.</returns>
    /// <exception cref="OperationCanceledException">Training was cancelled, and the step was not made.</exception>
    double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey);

    /// <summary>
    /// Assigns logits, (count, classes), or standardised outputs, (count, length, outputs), where what stands in the padding is undefined.
    /// </summary>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    void Predict(SequenceBatch batch, Span<float> outputs);

    /// <summary>Copies the present parameters into <paramref name="destination"/>.</summary>
    void Export(ParameterSet destination);

    /// <summary>Copies all that the next step depends on into <paramref name="state"/>.</summary>
    void Save(EngineState state);

    /// <summary>Continues from a state that <see cref="Save"/> filled.</summary>
    void Load(EngineState state);
}
