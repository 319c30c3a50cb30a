using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// A layer of a trained model as operators of ONNX. It is written once for both forms of a model. Over whole sequences values are
/// (batch, length, channels), where each sequence has its padding behind its valid time steps; in a step they are (batch, channels).
/// What is done at each time step by itself works on the last axis, and where time steps meet, the pass knows how.
/// </summary>
internal interface IOnnxLayer
{
    /// <summary>
    /// (..., inputs) to (..., outputs). What stands in the padding never reaches a valid time step: a layer is causal, works on each time
    /// step by itself, or reads sequences through <see cref="OnnxPass.Reverse"/>.
    /// </summary>
    Value Apply(OnnxPass pass, Value input);
}
