using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="RotaryPhases"/>: turns the first channels of vectors by their positions, which are counted from the first row of a block of
/// <see cref="Block"/> rows; rows before it have negative positions.
/// </summary>
internal sealed class OnnxRotation
{
    /// <summary>Rows of a block.</summary>
    public const int Block = 32;

    private readonly int _pairs, _headSize;
    private readonly Planes _turns; // (positions, P)

    /// <param name="graph">The graph.</param>
    /// <param name="phases">The phases.</param>
    /// <param name="blocks">Blocks before position 0.</param>
    public OnnxRotation(GraphBuilder graph, RotaryPhases phases, int blocks)
    {
        (_pairs, _headSize, Before) = (phases.Pairs, phases.HeadSize, blocks * Block);
        if (_pairs == 0)
            return;
        // The angle of a position is that of the start of its block, plus that within the block. So the file has a few phases, in all their
        // digits, and ONNX Runtime makes those of all positions when it loads the model.
        Planes outer = Phases(graph, phases, blocks + 1, start => (start - blocks) * Block),
            inner = Phases(graph, phases, Block, position => position);
        _turns = (outer.Each(plane => plane.Unsqueeze(1)) * inner).Each(plane => plane.Reshape(-1, _pairs));
    }

    /// <summary>Positions before 0.</summary>
    public long Before { get; }

    /// <summary>Turns (..., rows, head size), of which the first row has a position, and others those behind it.</summary>
    /// <param name="x">The vectors.</param>
    /// <param name="first">The position of the first row plus <see cref="Before"/>, a vector of one number.</param>
    /// <param name="end">That behind the last row.</param>
    /// <param name="ofHeads">Whether there is an axis of heads behind that of rows.</param>
    public Value Turn(Value x, Value first, Value end, bool ofHeads = false)
    {
        if (_pairs == 0)
            return x;
        var turns = _turns.Each(plane => ofHeads ? plane.Slice(0, first, end).Unsqueeze(1) : plane.Slice(0, first, end));
        long rest = _headSize - 2 * _pairs;
        var parts = rest == 0 ? x.Split(_pairs, _pairs) : x.Split(_pairs, _pairs, rest);
        return Value.Concat(-1, [.. (new Planes(parts[0], parts[1]) * turns).Parts, .. parts[2..]]);
    }

    private static Planes Phases(GraphBuilder graph, RotaryPhases phases, int count, Func<int, int> position)
    {
        float[] cosines = new float[count * phases.Pairs], sines = new float[cosines.Length];
        for (int k = 0; k < cosines.Length; k++)
        {
            var (sine, cosine) = Math.SinCos(position(k / phases.Pairs) * phases.Frequency(k % phases.Pairs));
            (cosines[k], sines[k]) = ((float)cosine, (float)sine);
        }
        return new(graph.Constant("Cosines", cosines, count, phases.Pairs), graph.Constant("Sines", sines, count, phases.Pairs));
    }
}
