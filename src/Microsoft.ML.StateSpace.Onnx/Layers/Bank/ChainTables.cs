using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// The matrices of <see cref="ChainChunks"/>, which the graph computes from poles lambda and output weights c. A chain of n recurrences
/// answers an impulse after k steps with <c>binomial(k + n - 1, n - 1) lambda^k</c>, and its m-th state is handed on by as many.
/// States of a filter are the real parts of all N, then the imaginary parts.
/// </summary>
internal sealed class ChainTables
{
    private const int Lanes = FilterChain.Lanes;

    private readonly PooledBank _bank;
    private readonly GraphBuilder _graph;
    private readonly int _chunk;
    private readonly Planes _powers, _weights;

    public ChainTables(PooledBank bank, OnnxPass pass, int chunk)
    {
        (_bank, _graph, _chunk) = (bank, pass.Graph, chunk);
        _powers = Powers(Numbers("Poles", bank.Poles.Of(pass.Prepared)));
        _weights = Numbers("Output", bank.Output.Of(pass.Values));
    }

    private int Orders => _bank.Orders;

    private int Filters => _bank.Groups * Lanes;

    /// <summary>From the inputs of a chunk and the states before it to its outputs: (filters, chunk + 2N, chunk).</summary>
    public Value Outputs()
    {
        // Re(c lambda^k) and Im(c lambda^k), k = 0 .. chunk.
        var weighted = _weights * _powers;
        Value real = weighted.Re, imaginary = weighted.Im!.Value;
        // The response of each order, and a zero for what is still to come.
        var response = real.Slice(-1, 0, _chunk) * OfOrders((order, k) => Binomial(k + order - 1, order - 1), _chunk);
        var indices = _graph.Constant([.. Enumerable.Range(0, _chunk).Select(k => (long)k)]);
        var steps = indices.Unsqueeze(0) - indices.Unsqueeze(1);
        steps = steps.Less(_graph.Constant([0L])).Choose(_graph.Constant([(long)_chunk]), steps);
        var fromInputs = Value.Concat(-1, response, response.Slice(-1, 0, 1) * Double(0)).Gather(steps, 2);
        // State j is handed on through the recurrences behind it.
        var shares = OfOrders(
            (order, place) => place / _chunk is var j && j < order
                ? Binomial(place % _chunk + order - 1 - j, order - 1 - j) : 0, Orders * _chunk)
            .Reshape(0, 1, Orders, _chunk);
        Value fromReal = real.Slice(-1, 1).Unsqueeze(2) * shares, fromImaginary = -imaginary.Slice(-1, 1).Unsqueeze(2) * shares;
        return Single(Value.Concat(2, fromInputs, fromReal, fromImaginary), Filters, _chunk + 2 * Orders, _chunk);
    }

    /// <summary>From the inputs of a chunk to what they add to the states behind it: (groups, chunk, 16 2N).</summary>
    public Value States()
    {
        var back = _graph.Constant([.. Enumerable.Range(0, _chunk).Select(k => (long)(_chunk - 1 - k))]);
        var shares = Doubles((k, j) => Binomial(_chunk - 1 - k + j, j), _chunk, Orders).Unsqueeze(1);
        Value Part(Value powers) => powers.Gather(back, 2).Transpose(0, 2, 1).Unsqueeze(-1) * shares;
        return Single(
            Value.Concat(-1, Part(_powers.Re), Part(_powers.Im!.Value)), _bank.Groups, _chunk, Lanes * 2 * Orders);
    }

    /// <summary>From the states before a chunk to those behind it: (filters, 2N, 2N).</summary>
    public Value Transition()
    {
        var shares = Doubles((j, k) => k < j ? 0 : Binomial(_chunk - 1 + k - j, k - j), Orders, Orders);
        Value real = _powers.Re.Slice(-1, _chunk).Unsqueeze(-1) * shares,
            imaginary = _powers.Im!.Value.Slice(-1, _chunk).Unsqueeze(-1) * shares;
        return Single(
            Value.Concat(2, Value.Concat(3, real, imaginary), Value.Concat(3, -imaginary, real)), Filters, 2 * Orders, 2 * Orders);
    }

    // lambda^k for k = 0 .. chunk, (groups, 16, chunk + 1).
    private Planes Powers(Planes poles)
    {
        var powers = PolePowers.Of(poles, BitOperations.Log2((uint)_chunk)).All;
        return new(
            Value.Concat(-1, Double(1) + poles.Re * Double(0), powers.Re),
            Value.Concat(-1, poles.Im!.Value * Double(0), powers.Im!.Value));
    }

    // (groups, 2, 16) as two of (groups, 16, 1).
    private Planes Numbers(string name, ReadOnlySpan<float> values)
    {
        var planes = _graph.Constant(name, values, _bank.Groups, 2, Lanes).To(ElementType.Double).Unsqueeze(-1)
            .SplitAxis(1, 1, 1);
        return new(planes[0].Squeeze(1), planes[1].Squeeze(1));
    }

    // Numbers that depend on the order of a group, (groups, 1, count).
    private Value OfOrders(Func<int, int, double> value, int count)
    {
        long[] orders = [.. Enumerable.Range(0, _bank.Groups).Select(group => _bank.Order(group) - 1L)];
        return Doubles((order, k) => value(order + 1, k), Orders, count).Gather(_graph.Constant(orders)).Unsqueeze(1);
    }

    // Whole numbers that a float holds.
    private Value Doubles(Func<int, int, double> value, int rows, int columns)
        => _graph.Constant(
            "Binomials", [.. Enumerable.Range(0, rows * columns).Select(i => (float)value(i / columns, i % columns))], rows, columns)
            .To(ElementType.Double);

    private Value Double(float value) => _graph.Constant(value).To(ElementType.Double);

    private static Value Single(Value value, params long[] shape) => value.Reshape(shape).To(ElementType.Float);

    private static double Binomial(int n, int k) => k == 0 ? 1 : Binomial(n - 1, k - 1) * n / k;
}
