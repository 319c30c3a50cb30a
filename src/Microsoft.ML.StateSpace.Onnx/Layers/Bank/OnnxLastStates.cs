using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="LastStates"/>: the last row and the last states of filters, (batch, H + 2N).</summary>
internal sealed class OnnxLastStates(LastStates linear)
{
    public Value Apply(OnnxPass pass, Value encoded)
    {
        var filters = new OnnxFilterBank(linear.Filters);
        var rows = encoded.Slice(-1, 0, linear.Filters.Inputs);
        var states = filters.Apply(pass, rows, filters.Steady(pass, 1, OnnxStepFeatures.First(pass, rows)));
        return OnnxPool.Apply(pass, Pooling.Last, linear.Features, Value.Concat(-1, rows, states), shares: null);
    }
}
