using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="PooledBank"/> with the linear read-out of its features: mixtures of the channels, filters of them, and counts of the outputs.
/// </summary>
internal sealed class OnnxPooledBank(PooledBank bank, long mostCounted)
{
    /// <summary>The part of an answer that counts make, (batch, outputs).</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="encoded">(..., width): the channels that the bank reads, and perhaps others behind them.</param>
    /// <param name="weight">(outputs, features), the features of the bank first.</param>
    /// <param name="features">All features of a read-out.</param>
    public Value ReadOut(OnnxPass pass, Value encoded, ReadOnlySpan<float> weight, int features)
    {
        var outputs = new OnnxFilterChain(bank).Apply(pass, Mixtures(pass, encoded), Intervals(pass));
        var counts = new OnnxOutputCounts(bank, mostCounted).Apply(pass, outputs);
        int[] order = OnnxOutputCounts.Order(bank);
        int answers = weight.Length / features;
        var ordered = new float[answers * order.Length];
        for (int i = 0; i < ordered.Length; i++)
            ordered[i] = weight[i / order.Length * features + order[i % order.Length]];
        return counts.MatMul(pass.Transposed("ReadOut.Counts", ordered, answers, order.Length));
    }

    /// <summary>Which groups are of a kind, (groups), truth values.</summary>
    public static Value Groups(GraphBuilder graph, PooledBank bank, Predicate<int> isSo)
    {
        float[] groups = [.. Enumerable.Range(0, bank.Groups).Select(group => isSo(group) ? 1f : 0)];
        return graph.Constant("Groups", groups, bank.Groups).To(ElementType.Bool);
    }

    // The inputs of the groups, (..., groups), in the order in which they read.
    private Value Mixtures(OnnxPass pass, Value encoded)
    {
        int channels = bank.Channels, read = bank.Sources * channels;
        var mix = new float[read * bank.Groups];
        for (int group = 0; group < bank.Groups; group++)
        {
            var own = bank.Mix.Of(pass.Values).Slice(group * channels, channels);
            for (int channel = 0; channel < channels; channel++)
                mix[(bank.Source(group) * channels + channel) * bank.Groups + group] = own[channel];
        }
        var mixtures = encoded.Slice(-1, 0, read).MatMul(pass.Graph.Constant("Mix", mix, read, bank.Groups));
        return bank.IsCausal ? mixtures : ByDirection(pass, pass.Reverse(mixtures), mixtures);
    }

    // The times between steps, (..., 1), or (..., groups) where directions differ.
    private Value? Intervals(OnnxPass pass)
        => !bank.HasIntervals ? null
            : bank.IsCausal ? pass.Intervals : ByDirection(pass, pass.FromEnd().Intervals, pass.Intervals);

    private Value ByDirection(OnnxPass pass, Value fromEnd, Value fromStart)
        => Groups(pass.Graph, bank, bank.IsReversed).Choose(fromEnd, fromStart);
}
