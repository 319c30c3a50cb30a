using System.Diagnostics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Sequences in memory with their targets. Where time steps are not equally far apart, each step also has a time interval.
/// </summary>
internal sealed class SequenceSet(int features, TargetLayout targets, bool hasIntervals = false)
{
    private readonly List<ReadOnlyMemory<float>> _values = [];
    private readonly List<ReadOnlyMemory<float>> _intervals = [];
    private readonly List<ReadOnlyMemory<int>> _classes = [];
    private readonly List<ReadOnlyMemory<float>> _targets = [];

    /// <summary>Channels of a time step.</summary>
    public int Features { get; } = features;

    /// <summary>How the targets lie.</summary>
    public TargetLayout Targets { get; } = targets;

    /// <summary>Time steps at the start of every sequence whose targets were left out on purpose, and so are not missing.</summary>
    public int LeftOut { get; init; }

    /// <summary>What messages call the input: the column that it comes from.</summary>
    public string FeaturesName { get; init; } = "Input";

    /// <summary>What messages call the targets: the column that they come from.</summary>
    public string TargetsName { get; init; } = "Target";

    /// <summary>Whether every time step has the time since the step before.</summary>
    public bool HasIntervals { get; } = hasIntervals;

    public int Count => _values.Count;

    /// <summary>Whether a value of some sequence is missing (NaN).</summary>
    public bool HasMissing => _values.Exists(values => Reductions.HasNaN(values.Span));

    /// <summary>Time steps of sequence <paramref name="index"/>.</summary>
    public int Length(int index) => _values[index].Length / Features;

    /// <summary>(length, features).</summary>
    public ReadOnlySpan<float> Values(int index) => _values[index].Span;

    /// <summary>The time from the step before to each step, (length); empty where the set has none.</summary>
    public ReadOnlySpan<float> Intervals(int index) => HasIntervals ? _intervals[index].Span : [];

    /// <summary>The classes of a sequence, from 0, (target rows); empty where targets are values.</summary>
    public ReadOnlySpan<int> Classes(int index) => Targets.Kind == TargetKind.Class ? _classes[index].Span : [];

    /// <summary>The class of a whole sequence, by which sequences are held out in proportion; 0 where a sequence has none.</summary>
    public int Stratum(int index) => Targets is { Kind: TargetKind.Class, Axis: AnswerAxis.Sequence } ? Classes(index)[0] : 0;

    /// <summary>The values of a sequence's targets, (target rows, width); empty where targets are classes.</summary>
    public ReadOnlySpan<float> TargetsOf(int index) => Targets.Kind == TargetKind.Value ? _targets[index].Span : [];

    /// <summary>Adds a sequence (length, features) with its class, and with its intervals (length) where the set has them.</summary>
    public void Add(float[] values, int label, float[]? intervals = null) => AddClasses(values, [label], intervals);

    /// <summary>
    /// Adds a sequence (length, features) with its classes (target rows), and with its intervals (length) where the set has them.
    /// </summary>
    public void AddClasses(float[] values, int[] classes, float[]? intervals = null)
    {
        CheckLength(values);
        CheckTargets(values, classes.Length);
        AddIntervals(values, intervals);
        _values.Add(values);
        _classes.Add(classes);
    }

    /// <summary>
    /// Adds a sequence (length, features) with its targets (target rows, width), and with its intervals (length) where the set has them.
    /// </summary>
    public void Add(float[] values, float[] targets, float[]? intervals = null)
    {
        CheckLength(values);
        CheckTargets(values, targets.Length);
        AddIntervals(values, intervals);
        _values.Add(values);
        _targets.Add(targets);
    }

    /// <summary>The sequences at <paramref name="indices"/>, sharing memory with this set.</summary>
    public SequenceSet Select(IEnumerable<int> indices)
    {
        var selected = Empty();
        foreach (int i in indices)
        {
            selected._values.Add(_values[i]);
            if (HasIntervals)
                selected._intervals.Add(_intervals[i]);
            if (Targets.Kind == TargetKind.Class)
                selected._classes.Add(_classes[i]);
            else
                selected._targets.Add(_targets[i]);
        }
        return selected;
    }

    /// <summary>
    /// The sequences with their targets, where each sequence longer than <paramref name="window"/> time steps is cut into windows of
    /// exactly that length. The first window begins with the sequence. Each further window begins a quarter of a window (at least one step)
    /// behind the one before, and the last one ends with the sequence. Shares memory with this set, and is this set where nothing needs to
    /// be cut.
    /// </summary>
    public SequenceSet Cut(int? window)
    {
        if (window is not int steps || !Enumerable.Range(0, Count).Any(i => Length(i) > steps))
            return this;
        Debug.Assert(Targets.Axis == AnswerAxis.Step, "The target belongs to the whole sequence.");
        var cut = Empty();
        for (int i = 0; i < Count; i++)
        {
            int last = Math.Max(0, Length(i) - steps), length = Math.Min(steps, Length(i)), stride = Math.Max(1, steps / 4);
            for (int start = 0; start < last; start += stride)
                cut.AddPart(this, i, start, length);
            cut.AddPart(this, i, last, length);
        }
        return cut;
    }

    // A set of such sequences.
    private SequenceSet Empty()
        => new(Features, Targets, HasIntervals) { FeaturesName = FeaturesName, TargetsName = TargetsName, LeftOut = LeftOut };

    private void AddPart(SequenceSet whole, int index, int start, int length)
    {
        _values.Add(whole._values[index].Slice(start * Features, length * Features));
        if (Targets.Kind == TargetKind.Class)
            _classes.Add(whole._classes[index].Slice(start, length));
        else
            _targets.Add(whole._targets[index].Slice(start * Targets.Width, length * Targets.Width));
        if (HasIntervals)
            _intervals.Add(whole._intervals[index].Slice(start, length));
    }

    private void AddIntervals(float[] values, float[]? intervals)
    {
        if (HasIntervals && intervals?.Length != values.Length / Features)
            throw new ArgumentException(
                $"A sequence of {values.Length / Features} steps needs as many intervals, but has {intervals?.Length ?? 0}.");
        if (HasIntervals)
            _intervals.Add(intervals!);
    }

    private void CheckTargets(float[] values, int given)
    {
        int steps = values.Length / Features, needed = Targets.Rows(steps) * Targets.Width;
        if (given != needed)
            throw new ArgumentException(
                $"A sequence of {steps} steps needs {needed} targets, {Targets.Width} for each of {Targets.Rows(steps)} rows, "
                + $"but has {given}.");
    }

    private void CheckLength(float[] values)
    {
        if (values.Length % Features != 0)
            throw new ArgumentException(
                $"A sequence of {Features} channels must hold a multiple of {Features} values, but holds {values.Length}.");
    }
}
