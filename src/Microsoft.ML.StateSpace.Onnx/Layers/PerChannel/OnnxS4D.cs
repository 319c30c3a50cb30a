using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="S4D"/>: for every channel <c>x_t = a x_{t-1} + u_t</c>, <c>y_t = Re(c x_t) + D u_t</c>, with N complex states. Bidirectional,
/// the same recurrence runs from the end, with its own c. With the Sobolev filter it is a convolution (<see cref="FourierConvolution"/>).
/// </summary>
internal sealed class OnnxS4D(S4D core) : IOnnxLayer
{
    private readonly int _channels = core.InputSize, _states = core.States;

    public Value Apply(OnnxPass pass, Value input)
    {
        if (pass is not WholePass whole)
            return Step(pass, input);
        var powers = Powers(pass);
        var tables = Enumerable.Range(0, core.Directions).Select(direction => Tables(pass, powers, direction)).ToArray();
        Value Run(Value values, int direction)
            => ChannelChunks.Apply(whole, values, _channels, 2 * _states, tables[direction]);
        if (core.SobolevExponent is { } exponent)
            return FourierConvolution.Apply(whole, input, _channels, core.Directions, Run, pass.Constant(exponent));
        var y = Run(input, 0);
        return core.Directions == 1 ? y : y + pass.Reverse(Run(pass.Reverse(input), 1));
    }

    private Value Step(OnnxPass pass, Value input)
    {
        Planes a = Floats(pass, "Pole", (h, n) => core.Pole(pass.Weights, h, n)), c = ReadOut(pass, 0);
        long[] state = [_channels, _states];
        var y = pass.Recur([state, state], [input], (states, rows) =>
        {
            var x = a * new Planes(states[0], states[1]) + new Planes(rows[0].Unsqueeze(-1));
            return (x.Parts, [Planes.RealProduct(c, x).Sum(-1)]);
        })[0];
        return y + input * pass.Constant(core.FeedThrough);
    }

    // (H, N, Q).
    private PolePowers Powers(OnnxPass pass)
    {
        var poles = new Complex[_channels * _states];
        for (int i = 0; i < poles.Length; i++)
            poles[i] = core.Pole(pass.Weights, i / _states, i % _states);
        return PolePowers.Of(pass.Graph, poles, ChannelChunks.Doublings, _channels, _states);
    }

    private ChannelTables Tables(OnnxPass pass, PolePowers powers, int direction)
    {
        const int Rows = ChannelChunks.Rows;
        var graph = pass.Graph;
        var c = ReadOut(pass, direction).Each(plane => plane.To(ElementType.Double).Unsqueeze(-1));
        var outputs = powers.All * c;
        // b = 1. Powers Q - 1 to 0, a step each.
        var inputs = powers.All.Each(plane => graph.Node(
            "Slice", plane.Transpose(0, 2, 1), graph.Constant(Rows - 2L), graph.Constant(long.MinValue), graph.Constant(1L),
            graph.Constant(-1L)));
        var first = powers.Last.Re.Transpose(0, 2, 1);
        Value zeros = first - first, ones = zeros + graph.Doubles("One", [1.0]);
        // K_p is the sum over states of column p - 1.
        var kernel = Value.Concat(1, c.Re.Sum(1), outputs.Re.Sum(1).Slice(1, 0, Rows - 1)).To(ElementType.Float);
        if (direction == 0)
            kernel += graph.Node("Pad", pass.Constant(core.FeedThrough).Unsqueeze(1), graph.Constant(0, 0, 0, Rows - 1));
        return new(
            Value.Concat(2, Value.Concat(1, inputs.Re, ones), Value.Concat(1, inputs.Im!.Value, zeros)).To(ElementType.Float),
            Value.Concat(1, outputs.Re, -outputs.Im!.Value).To(ElementType.Float), kernel, Carry);

        Value Carry(Value states)
        {
            var power = powers.Last.Each(plane => plane.To(ElementType.Float).Transpose(0, 2, 1));
            return (power * Planes.Split(states, _states)).Joined;
        }
    }

    private Planes ReadOut(OnnxPass pass, int direction)
        => Floats(pass, "ReadOut", (h, n) => core.ReadOutOf(pass.Weights, h, direction, n));

    // (H, N)
    private Planes Floats(OnnxPass pass, string name, Func<int, int, Complex> value)
        => Planes.Constant(pass.Graph, name, _channels, _states, value);
}
