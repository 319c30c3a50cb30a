using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>A kind of model as operators of ONNX, for both forms.</summary>
internal interface IOnnxModel
{
    /// <summary>
    /// From sequences, (batch, length, inputs), or time steps, (batch, inputs), to finished answers: (batch, length, outputs), or
    /// (batch, outputs) where there is one for each sequence, in a step for the sequence up to now.
    /// </summary>
    /// <param name="sequences">The sequences of an example, of which there are two where examples are pairs.</param>
    Value Answer(params OnnxSequences[] sequences);
}
