using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>What a model reads: the values as they are given, and the pass over them.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Values">
/// (batch, length, channels), or in a step (batch, channels), in the unit of the channels, 0 in the padding; tokens as int64.
/// </param>
internal sealed record OnnxSequences(OnnxPass Pass, Value Values);
