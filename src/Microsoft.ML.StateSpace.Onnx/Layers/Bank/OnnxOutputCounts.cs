using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="OutputCounts"/>: what is counted of the outputs of filters, (..., groups, 16), as features of each sequence, (batch,
/// features). Each filter has six counts above thresholds: six thresholds over the whole sequence, or three over each half.
/// </summary>
internal sealed class OnnxOutputCounts(PooledBank bank, long mostCounted)
{
    private const int Lanes = FilterChain.Lanes, Slots = PooledBank.MostThresholds;

    // A threshold is the output at some time step of a training sequence, which is not above itself. It must not become so where sums are
    // taken in another order; so what is above a threshold by no more than rounding is not counted. Outputs have deviation 1. Small ones
    // come from small states, which round finely, or from large ones that cancel; a square root stands between the two. The powers of a
    // pole by intervals are no products, and differ more.
    private const float Rounding = 5e-7f, RoundingOfIntervals = 4e-6f;

    private int Parts => bank.IsCausal ? 1 : 2;

    private long[] Extents => [Parts, Slots / Parts, bank.Groups, Lanes];

    /// <summary>The features of the managed engine in the order in which they stand here.</summary>
    public static int[] Order(PooledBank bank)
    {
        var order = new List<int>();
        for (int plane = 0; plane < 2; plane++)
        {
            for (int slot = 0; slot < Slots; slot++)
            {
                for (int i = 0; i < bank.Groups * Lanes; i++)
                {
                    int group = i / Lanes, thresholds = bank.Thresholds(group), part = slot / thresholds;
                    order.Add(group * PooledBank.GroupFeatures + ((2 * part + plane) * thresholds + slot % thresholds) * Lanes + i % Lanes);
                }
            }
        }
        for (int kind = 0; kind < OutputCounts.WholeFeatures / Lanes; kind++)
        {
            for (int i = 0; i < bank.Groups * Lanes; i++)
                order.Add(i / Lanes * PooledBank.GroupFeatures + (2 * Slots + kind) * Lanes + i % Lanes);
        }
        return [.. order];
    }

    public Value Apply(OnnxPass pass, Value outputs)
        => Value.Concat(1, pass is WholePass whole ? Sequences(whole, outputs) : Step((StepPass)pass, outputs));

    private Value[] Sequences(WholePass pass, Value outputs)
    {
        var graph = pass.Graph;
        Value lowest = graph.Constant(float.NegativeInfinity), isValid = pass.IsValid.Unsqueeze(-1);
        var lengths = pass.Lengths.To(ElementType.Float).Unsqueeze(1, 2);
        // What is not counted is above no threshold, and larger or smaller than no other output.
        var counted = isValid.Choose(outputs, lowest);
        var (inPart, steps) = Halves(pass, lengths);
        var levels = inPart is { } mask ? mask.Choose(counted.Unsqueeze(2), lowest) : counted.Unsqueeze(2);
        var thresholds = Thresholds(pass);
        var above = pass.Accumulate(
            [Extents, Extents, Extents], [levels.Unsqueeze(3)], (before, now) => Count(before, now[0], thresholds));
        Value won = Above(counted.Largest(-1, keep: true), counted).Sum(1), lost = Above(counted, Smallest(counted)).Sum(1);
        return
        [
            Flat(above[0] / steps), Flat(above[1] / steps), Flat(counted.Largest(1)),
            Flat(isValid.Choose(outputs, graph.Constant(0f)).Sum(1) / lengths), Flat(1 - won / lengths), Flat(1 - lost / lengths),
        ];
    }

    // Which steps each part counts, (batch, length, parts, groups, 16), and how many, (batch, parts, 1, groups, 16).
    private (Value? InPart, Value Steps) Halves(WholePass pass, Value lengths)
    {
        if (Parts == 1)
            return (null, lengths.Unsqueeze(3, 4));
        var graph = pass.Graph;
        Value first = pass.Lengths / graph.Constant([2L]), second = pass.Lengths - first;
        var inFirst = pass.Time.Less(first.Unsqueeze(1)).Unsqueeze(2);
        var inPart = Value.Concat(2, inFirst, inFirst.Not()).Unsqueeze(3, 4);
        var isWhole = OnnxPooledBank.Groups(graph, bank, group => bank.Parts(group) == 1).Unsqueeze(1)
            .Expand(graph.Constant(1, Lanes));
        // A part without steps has no counts; it is divided by something else than 0.
        var steps = Value.Concat(1, first.Unsqueeze(1), second.Unsqueeze(1)).To(ElementType.Float).Max(graph.Constant(1f));
        return (inPart.Or(isWhole), isWhole.Choose(lengths.Unsqueeze(3, 4), steps.Unsqueeze(2, 3, 4)));
    }

    private Value[] Step(StepPass pass, Value outputs)
    {
        var graph = pass.Graph;
        long[] all = [bank.Groups, Lanes];
        Value one = graph.Constant(1f), half = graph.Constant(0.5f), number = default, fade = default;
        // Counts are halved where floats would end to be exact, so that the distant past fades.
        pass.Accumulate([[1]], [], (before, _) =>
        {
            var next = before[0] + 1;
            var isMost = graph.Constant((float)mostCounted).Less(next);
            fade = isMost.Choose(half, one);
            return [number = isMost.Choose(graph.Constant(mostCounted / 2 + 1f), next)];
        });
        Value isFirst = number.EqualTo(one).Unsqueeze(2), steps = number.Unsqueeze(2), fadeAll = fade.Unsqueeze(2);
        Value fadeParts = fadeAll.Unsqueeze(3, 4), largest = outputs.Largest(-1, keep: true), smallest = Smallest(outputs);
        var thresholds = Thresholds(pass);
        var above = pass.Accumulate([Extents, Extents, Extents], [], (before, _) => Count(
            [.. before.Select(count => count * fadeParts)], outputs.Unsqueeze(1, 2), thresholds));
        var whole = pass.Accumulate([all, all, all, all, all], [], (before, _) =>
        {
            // Kahan's sum, as the managed engine adds.
            Value sum = before[1] * fadeAll, added = outputs - before[4] * fadeAll, after = sum + added;
            return
            [
                isFirst.Choose(outputs, before[0].Max(outputs)), after, before[2] * fadeAll + (1 - Above(largest, outputs)),
                before[3] * fadeAll + (1 - Above(outputs, smallest)), after - sum - added,
            ];
        });
        return
        [
            Flat(above[0] / steps.Unsqueeze(3, 4)), Flat(above[1] / steps.Unsqueeze(3, 4)), Flat(whole[0]),
            .. whole[1..4].Select(count => Flat(count / steps)),
        ];
    }

    // Steps above thresholds, the longest stretch of them, and the one that goes on now.
    private static Value[] Count(Value[] before, Value outputs, Value thresholds)
    {
        Value isAbove = Above(outputs, thresholds), run = (before[2] + 1) * isAbove;
        return [before[0] + isAbove, before[1].Max(run), run];
    }

    private Value Thresholds(OnnxPass pass)
    {
        int filters = bank.Groups * Lanes;
        float rounding = bank.HasIntervals ? RoundingOfIntervals : Rounding;
        var thresholds = new float[Slots * filters];
        float[] values = [.. pass.Values];
        for (int group = 0; group < bank.Groups; group++)
        {
            var own = bank.ThresholdsOf(group, values);
            for (int i = 0; i < Slots * Lanes; i++)
            {
                float level = own[i % own.Length], size = Math.Abs(level);
                thresholds[i / Lanes * filters + group * Lanes + i % Lanes] = level + rounding * MathF.Max(size, MathF.Sqrt(size));
            }
        }
        return pass.Graph.Constant("Thresholds", thresholds, Extents);
    }

    // 1 where a is larger, 0 elsewhere.
    private static Value Above(Value a, Value b) => b.Less(a).To(ElementType.Float);

    private static Value Smallest(Value outputs) => -(-outputs).Largest(-1, keep: true);

    private static Value Flat(Value counts) => counts.Builder.Node("Flatten", counts);
}
