using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="S4"/>: for every channel <c>x_t = F x_{t-1} - H Re(R x_{t-1}) + b u_t</c>, <c>y_t = Re(c x_t) + D u_t</c>, with N complex
/// states. Bidirectional, the same recurrence runs from the end, with its own c.
/// </summary>
internal sealed class OnnxS4(S4 core) : IOnnxLayer
{
    private readonly int _channels = core.InputSize, _states = core.States;

    public Value Apply(OnnxPass pass, Value input)
    {
        if (pass is not WholePass whole)
            return Step(pass, input);
        var powers = Transitions(pass);
        Value Run(Value values, int direction)
            => ChannelChunks.Apply(whole, values, _channels, 2 * _states, Tables(pass, powers, direction));
        var y = Run(input, 0);
        return core.Directions == 1 ? y : y + pass.Reverse(Run(pass.Reverse(input), 1));
    }

    private Value Step(OnnxPass pass, Value input)
    {
        Planes f = Vector(pass, "F", (h, n) => core.Pole(pass.Weights, h, n)), back = Vector(pass, "H", H), read = Vector(pass, "R", R),
            b = Vector(pass, "B", B), c = Vector(pass, "C", (h, n) => core.ReadOutOf(pass.Weights, h, 0, n));
        long[] state = [_channels, _states];
        var y = pass.Recur([state, state], [input], (states, rows) =>
        {
            Planes x = new(states[0], states[1]), fed = new(-Planes.RealProduct(read, x).Sum(-1, keep: true));
            x = f * x + back * fed + b * new Planes(rows[0].Unsqueeze(-1));
            return (x.Parts, [Planes.RealProduct(c, x).Sum(-1)]);
        })[0];
        return y + input * pass.Constant(core.FeedThrough);

        Complex H(int h, int n) => core.HOf(pass.Weights, h, n);

        Complex R(int h, int n) => core.ROf(pass.Weights, h, n);

        Complex B(int h, int n) => core.InputOf(pass.Weights, h, n);
    }

    // A' of every channel, real, (H, 2N, 2N) in double: states are rows, so a step multiplies with it from the right. Then its square, the
    // square of that, and so on until A'^Q.
    private Value[] Transitions(OnnxPass pass)
    {
        var graph = pass.Graph;
        double[] real = new double[_channels * _states], imaginary = new double[real.Length];
        for (int i = 0; i < real.Length; i++)
        {
            var pole = core.Pole(pass.Weights, i / _states, i % _states);
            (real[i], imaginary[i]) = (pole.Real, pole.Imaginary);
        }
        var number = graph.Node("Range", graph.Integer(0), graph.Integer(_states), graph.Integer(1));
        var isDiagonal = number.Unsqueeze(1).EqualTo(number).To(ElementType.Double);
        Value re = graph.Doubles("F.Real", real, _channels, 1, _states) * isDiagonal,
            im = graph.Doubles("F.Imaginary", imaginary, _channels, 1, _states) * isDiagonal;
        var diagonal = Value.Concat(1, Value.Concat(2, re, im), Value.Concat(2, -im, re));
        var read = Exact(Vector(pass, "R", (h, n) => Complex.Conjugate(core.ROf(pass.Weights, h, n))).Joined);
        var back = Exact(Vector(pass, "H", (h, n) => core.HOf(pass.Weights, h, n)).Joined);
        var power = diagonal - read.Unsqueeze(2) * back.Unsqueeze(1);
        var powers = new Value[ChannelChunks.Doublings + 1];
        for (int i = 0; i < powers.Length; i++, power = power.MatMul(power))
            powers[i] = power;
        return powers;
    }

    private ChannelTables Tables(OnnxPass pass, Value[] powers, int direction)
    {
        const int Rows = ChannelChunks.Rows;
        var graph = pass.Graph;
        Value b = Exact(Vector(pass, "B", (h, n) => core.InputOf(pass.Weights, h, n)).Joined).Unsqueeze(1),
            c = Exact(Vector(pass, "C", (h, n) => Complex.Conjugate(core.ReadOutOf(pass.Weights, h, direction, n))).Joined).Unsqueeze(2);
        // b A'^p for p = 0 to Q - 1, and A'^p c for p = 1 to Q.
        Value inputs = b, outputs = powers[0].MatMul(c);
        foreach (var power in powers[..^1])
        {
            inputs = Value.Concat(1, inputs, inputs.MatMul(power));
            outputs = Value.Concat(2, outputs, power.MatMul(outputs));
        }
        var reversed = graph.Node(
            "Slice", inputs, graph.Constant(-1L), graph.Constant(long.MinValue), graph.Constant(1L), graph.Constant(-1L));
        var kernel = Value.Concat(2, b.MatMul(c), b.MatMul(outputs).Slice(2, 0, Rows - 1)).Squeeze(1).To(ElementType.Float);
        if (direction == 0)
            kernel += graph.Node("Pad", pass.Constant(core.FeedThrough).Unsqueeze(1), graph.Constant(0, 0, 0, Rows - 1));
        var carry = powers[^1].To(ElementType.Float);
        return new(reversed.To(ElementType.Float), outputs.To(ElementType.Float), kernel, states => states.MatMul(carry));
    }

    private static Value Exact(Value floats) => floats.To(ElementType.Double);

    // (H, N)
    private Planes Vector(OnnxPass pass, string name, Func<int, int, Complex> value)
        => Planes.Constant(pass.Graph, name, _channels, _states, value);
}
