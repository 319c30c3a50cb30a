using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="LocalAttention"/>: <c>y_t = sum_j softmax_j((R_t q_t)(R_j k_j) / sqrt(d)) v_j</c> over the rows t - W + 1 .. t, with one head
/// of keys and values. Whole sequences go block by block, so memory grows with the length and not with length times window; a step
/// remembers the last W keys and values, the newest last, and how many there are.
/// </summary>
internal sealed class OnnxLocalAttention(LocalAttention layer) : IOnnxLayer
{
    private const int Block = OnnxRotation.Block;

    private int HeadSize => layer.InputSize / layer.Heads;

    public Value Apply(OnnxPass pass, Value input)
    {
        var rotation = new OnnxRotation(pass.Graph, layer.Phases, (layer.Window - 1 + Block - 1) / Block);
        float scale = (float)(1 / Math.Sqrt(HeadSize));
        Value queries = OnnxLayers.Of(layer.Query).Apply(pass, input) * scale, keys = OnnxLayers.Of(layer.Key).Apply(pass, input),
            values = OnnxLayers.Of(layer.Value).Apply(pass, input);
        return pass is WholePass whole ? Blocks(whole, rotation, queries, keys, values) : Step(pass, rotation, queries, keys, values);
    }

    private Value Step(OnnxPass pass, OnnxRotation rotation, Value queries, Value keys, Value values)
    {
        var graph = pass.Graph;
        int window = layer.Window;
        Value first = graph.Constant([rotation.Before - window + 1]), end = graph.Constant([rotation.Before + 1]);
        // Of each place, how many rows there must be for it to hold one.
        var needed = graph.Constant("Needed", [.. Enumerable.Range(0, window).Select(place => (float)(window - place))], window);
        return pass.Recur([[1], [window, HeadSize], [window, HeadSize]], [queries, keys, values], (before, row) =>
        {
            var count = (before[0] + 1).Min(graph.Constant((float)window));
            Value k = Append(before[1], row[1]), v = Append(before[2], row[2]);
            var scores = row[0].Reshape(0, layer.Heads, HeadSize).MatMul(rotation.Turn(k, first, end).Transpose(0, 2, 1));
            var p = Softmax(needed.AtMost(count).Unsqueeze(1), scores);
            return ([count, k, v], [p.MatMul(v).Reshape(0, layer.InputSize)]);
        })[0];
    }

    private static Value Append(Value before, Value row) => Value.Concat(1, before.Slice(1, 1), row.Unsqueeze(1));

    private Value Blocks(WholePass pass, OnnxRotation rotation, Value queries, Value keys, Value values)
    {
        var graph = pass.Graph;
        Value rows = graph.Constant([(long)Block]), zero = graph.Constant([0L]), all = graph.Constant([rotation.Before]);
        // (batch, blocks, rows, heads, head size)
        var q = pass.Chunked(queries, Block, layer.InputSize).Reshape(0, 0, Block, layer.Heads, HeadSize);
        q = rotation.Turn(q, all, all + rows, ofHeads: true).Reshape(0, 0, Block * layer.Heads, HeadSize);
        // Rows before a block that take part: those that the window reaches, or no more than there are.
        Value blocks = q.Extent(1), before = ((blocks - graph.Constant([1L])) * rows).Min(all);
        Value k = WithRowsBefore(pass, keys, before), v = WithRowsBefore(pass, values, before).WithoutNaN();
        // Positions of keys from the first row of the block, and where a row sees them: (rows, 1, keys).
        var position = graph.Node("Range", -before.Squeeze(0), graph.Integer(Block), graph.Integer(1));
        var row = graph.Constant([.. Enumerable.Range(0, Block).Select(i => (long)i)]).Unsqueeze(1, 2);
        var inWindow = position.AtMost(row).And((row - graph.Constant([(long)layer.Window])).Less(position));
        var number = graph.Node("Range", graph.Integer(0), blocks.Squeeze(0), graph.Integer(1)).To(ElementType.Float).Unsqueeze(0);
        var y = pass.Scan([], [q, number], (_, block) =>
        {
            Value start = block[1].To(ElementType.Int64) * rows, end = start + before + rows;
            var turned = rotation.Turn(k.Slice(1, start, end), all - before, all + rows);
            var scores = block[0].MatMul(turned.Transpose(0, 2, 1)).Reshape(0, Block, layer.Heads, -1);
            var seen = inWindow.And(zero.AtMost(position + start));
            // A key that is NaN makes NaN of all rows that see it, so its value, which is NaN too, need not, and reaches no others.
            return ([], [Softmax(seen, scores).Reshape(0, Block * layer.Heads, -1).MatMul(v.Slice(1, start, end))]);
        }).Outputs[0];
        return pass.Unchunked(y, layer.InputSize);
    }

    private static Value Softmax(Value seen, Value scores)
        => seen.Choose(scores, scores.Builder.Constant(float.NegativeInfinity)).Softmax();

    // (batch, length, head size) with zeros before the first row, and behind the last up to whole blocks.
    private static Value WithRowsBefore(WholePass pass, Value rows, Value before)
    {
        var graph = pass.Graph;
        return graph.Node(
            "Pad", pass.Padded(rows, Block), Value.Concat(0, graph.Constant([0L]), before, graph.Constant(0, 0, 0, 0)));
    }
}
