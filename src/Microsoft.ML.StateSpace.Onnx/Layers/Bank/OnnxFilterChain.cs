using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="FilterChain"/> of all groups of a bank: from the input of each group, (..., groups), to the outputs of its filters,
/// (..., groups, 16). Whole sequences of equal intervals are taken by products of chunks (<see cref="ChainChunks"/>), others step by step.
/// </summary>
internal sealed class OnnxFilterChain(PooledBank bank)
{
    private const int Lanes = FilterChain.Lanes;

    /// <param name="pass">The pass.</param>
    /// <param name="input">(..., groups).</param>
    /// <param name="intervals">The time from the step before, (..., 1) or (..., groups); <see langword="null"/> where all are 1.</param>
    public Value Apply(OnnxPass pass, Value input, Value? intervals)
        => pass is WholePass whole && intervals is null ? new ChainChunks(bank, whole).Apply(input) : Steps(pass, input, intervals);

    // The states are two planes, (batch, 2, groups, 16), as many as the largest order; a filter of a lower order is read before the end.
    private Value Steps(OnnxPass pass, Value input, Value? intervals)
    {
        var graph = pass.Graph;
        int orders = bank.Orders;
        var poles = Planes(graph, "Poles", bank.Poles.Of(pass.Prepared));
        var output = Planes(graph, "Output", bank.Output.Of(pass.Values)) * graph.Constant("Signs", [1f, -1], 2, 1, 1);
        var swap = graph.Constant(1, 0);
        Value[] isLonger = [.. Enumerable.Range(1, orders - 1)
            .Select(order => OnnxPooledBank.Groups(graph, bank, group => bank.Order(group) > order).Unsqueeze(1))];
        // Fixed factors, or the rates whose powers are the factors of a step.
        var (first, second) = intervals is null ? Factors(poles) : (poles.Slice(0, 0, 1).Squeeze(0), poles.Slice(0, 1).Squeeze(0));
        long[][] states = [.. Enumerable.Repeat<long[]>([2, bank.Groups, Lanes], orders)];
        Value[] inputs = intervals is { } times ? [input, times] : [input];
        return pass.Recur(states, inputs, (before, now) =>
        {
            var (real, imaginary) = intervals is null ? (first, second) : Powers(first, second, now[1].Unsqueeze(-1));
            var v = now[0].Unsqueeze(1, 3) * graph.Constant("Real", [1f, 0], 2, 1, 1);
            var next = new Value[orders];
            Value read = default;
            for (int k = 0; k < orders; k++)
            {
                v = next[k] = before[k] * real + before[k].Gather(swap, 1) * imaginary + v;
                read = k == 0 ? v : isLonger[k - 1].Choose(v, read);
            }
            return (next, [(read * output).Sum(1)]);
        })[0];
    }

    // A complex number as two factors of the planes of another: (re, re), and (-im, im) of the exchanged planes.
    private static (Value Real, Value Imaginary) Factors(Value poles)
    {
        Value real = poles.Slice(0, 0, 1), imaginary = poles.Slice(0, 1);
        return (real, Value.Concat(0, -imaginary, imaginary));
    }

    // Such factors of powers exp((decay + i phase) dt), (batch, 1 or 2, groups, 16), with dt (batch, groups or 1, 1).
    private static (Value Real, Value Imaginary) Powers(Value decays, Value phases, Value time)
    {
        Value decay = (decays * time).Exp(), phase = phases * time;
        var imaginary = (decay * phase.Sin()).Unsqueeze(1);
        return ((decay * phase.Cos()).Unsqueeze(1), Value.Concat(1, -imaginary, imaginary));
    }

    // (groups, 2, 16) as (2, groups, 16).
    private Value Planes(GraphBuilder graph, string name, ReadOnlySpan<float> values)
        => graph.Constant(name, values, bank.Groups, 2, Lanes).Transpose(1, 0, 2);
}
