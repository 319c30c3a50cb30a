using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>What the gates of <see cref="RgLru"/> and <see cref="ComplexRgLru"/> let through, each (..., states).</summary>
internal readonly struct RgLruGates
{
    public RgLruGates(OnnxPass pass, RgLru layer, Value input)
    {
        Recurrence = OnnxLayers.Of(layer.RecurrenceGate).Apply(pass, input).Sigmoid();
        // Prepared values are logarithms to the base 2.
        float[] logDecay = [.. layer.LogDecay.Of(pass.Prepared).ToArray().Select(log => (float)(log * Math.Log(2)))];
        var log = Recurrence * pass.Graph.Constant("LogDecay", logDecay, layer.States);
        Size = log.Exp();
        // 1 - a^2 = (a^2 + 1) tanh(-log a) keeps its digits where a is near 1.
        var multiplier = (-log.Tanh() * (Size * Size + 1)).Sqrt();
        if (layer.HasUnitFirst)
            multiplier = IsFirst(pass).Choose(pass.Graph.Constant(1f), multiplier);
        Input = multiplier * OnnxLayers.Of(layer.InputGate).Apply(pass, input).Sigmoid();
    }

    /// <summary>r.</summary>
    public Value Recurrence { get; }

    /// <summary>|a|.</summary>
    public Value Size { get; }

    /// <summary>What the input is multiplied by, <c>sqrt(1 - |a|^2) i</c>.</summary>
    public Value Input { get; }

    private static Value IsFirst(OnnxPass pass)
    {
        if (pass is WholePass whole)
            return whole.Time.EqualTo(pass.Graph.Integer(0)).Unsqueeze(-1);
        var steps = pass.Recur([[1]], [], (before, _) => ([before[0].Max(pass.Graph.Constant(1f))], [before[0]]))[0];
        return steps.EqualTo(pass.Graph.Constant(0f));
    }
}
