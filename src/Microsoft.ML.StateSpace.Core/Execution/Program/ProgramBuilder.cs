using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Compiles a tree of layers to the flat list of its operations.</summary>
internal sealed class ProgramBuilder : IProgramBuilder
{
    private readonly Dictionary<Layer, LayerSite> _sites = [];
    private readonly List<ProgramValue> _values = [];
    private readonly List<ValueId> _streams = [];
    private List<Instruction> _instructions = [];
    private bool _isFromEnd, _hasIntervals;
    private int _groups = 1;

    /// <param name="width">Channels of a row of the input.</param>
    public ProgramBuilder(int width) => Input = NewValue(RowUnit.Step, width);

    public ValueId Input { get; }

    /// <summary>Says that a value is a stream between two branches: it is kept for the way back whatever the memory.</summary>
    public void AddStream(ValueId value) => _streams.Add(value);

    public ValueId Add(Layer layer, ValueId input)
    {
        var output = layer.Compile(this, input);
        _sites.TryAdd(layer, new LayerSite(input, output));
        return output;
    }

    public ValueId Apply(Operation operation, ValueId input) => Apply(operation, input, _values[input.Index].Unit);

    /// <summary>Adds an operation whose output has another unit of rows than its input, as where two sequences make one example.</summary>
    public ValueId Apply(Operation operation, ValueId input, RowUnit unit)
    {
        var output = NewValue(unit, operation.OutputSize);
        _instructions.Add(
            new RowInstruction(operation, unit) { First = input, Output = output, IsFromEnd = _isFromEnd, Groups = _groups });
        return output;
    }

    public ValueId Scan(ScanLayer scan, ValueId input)
    {
        var output = NewValue(RowUnit.Step, scan.OutputSize);
        _instructions.Add(
            new ScanInstruction(scan, _hasIntervals) { First = input, Output = output, IsFromEnd = _isFromEnd, Groups = _groups });
        return output;
    }

    public ValueId AddToGroups(Layer layer, ValueId input, int groups)
    {
        _groups = groups;
        var output = Add(layer, input);
        _groups = 1;
        return output;
    }

    public ValueId Join(Join join, ValueId first, ValueId second)
    {
        var output = NewValue(_values[first.Index].Unit, join.OutputSize);
        _instructions.Add(
            new JoinInstruction(join) { First = first, Second = second, Output = output, IsFromEnd = _isFromEnd, Groups = _groups });
        return output;
    }

    public (ValueId FromStart, ValueId FromEnd) AddBothWays(
        Layer fromStart, ValueId input, Layer fromEnd, ValueId reversed, bool hasIntervals)
    {
        var all = _instructions;
        _instructions = [];
        var first = Add(fromStart, input);
        var one = _instructions;
        _instructions = [];
        (_isFromEnd, _hasIntervals) = (true, hasIntervals);
        var second = Add(fromEnd, reversed);
        (_isFromEnd, _hasIntervals) = (false, false);
        var other = _instructions;
        _instructions = all;
        Interleave(one, other);
        return (first, second);
    }

    /// <summary>Pools the rows of each sequence.</summary>
    public ValueId Pool(Pooling kind, SharePool? shares, ValueId input)
    {
        int size = _values[input.Index].Width;
        var output = NewValue(RowUnit.Sequence, Layers.Pool.Width(kind, size));
        _instructions.Add(new PoolInstruction(kind, shares, size) { First = input, Output = output });
        return output;
    }

    /// <summary>The program of all that was added.</summary>
    /// <param name="output">Its answer.</param>
    /// <param name="hasInputGradient">Whether the gradient of the input is wanted.</param>
    public LayerProgram Build(ValueId output, bool hasInputGradient = false)
        => new([.. _instructions], [.. _values], [.. _streams], _sites, Input, output, hasInputGradient);

    /// <summary>The program of one layer alone, with the gradient of its input.</summary>
    public static LayerProgram Of(Layer layer)
    {
        var builder = new ProgramBuilder(layer.InputSize);
        return builder.Build(builder.Add(layer, builder.Input), hasInputGradient: true);
    }

    private ValueId NewValue(RowUnit unit, int width)
    {
        _values.Add(new ProgramValue(unit, _groups * width));
        return new ValueId(_values.Count - 1);
    }

    // The scans of both lists stand side by side, in their order, so that pieces meet once for both.
    private void Interleave(List<Instruction> one, List<Instruction> other)
    {
        int i = 0, j = 0;
        while (i < one.Count || j < other.Count)
        {
            while (i < one.Count && one[i] is not ScanInstruction)
                _instructions.Add(one[i++]);
            while (j < other.Count && other[j] is not ScanInstruction)
                _instructions.Add(other[j++]);
            if (i < one.Count)
                _instructions.Add(one[i++]);
            if (j < other.Count)
                _instructions.Add(other[j++]);
        }
    }
}

/// <summary>Where a layer stands in a program.</summary>
/// <param name="Input">The value that it reads.</param>
/// <param name="Output">The value that it makes.</param>
internal sealed record LayerSite(ValueId Input, ValueId Output);
