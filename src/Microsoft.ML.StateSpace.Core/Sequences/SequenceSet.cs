using System.Diagnostics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Sequences in memory with their targets. Where time steps are not equally far apart, each step also has a time interval.
/// </summary>
internal sealed class SequenceSet(int features, TargetLayout targets, bool hasIntervals = false)
    : SequenceSource(features, targets, hasIntervals)
{
    private readonly List<ReadOnlyMemory<float>> _values = [];
    private readonly List<ReadOnlyMemory<float>> _intervals = [];
    private readonly List<ReadOnlyMemory<int>> _classes = [];
    private readonly List<ReadOnlyMemory<float>> _targets = [];
    private readonly List<int> _splits = [];
    private long _bytes;

    public override int Count => _values.Count;

    public override long Bytes => _bytes;

    public override bool HasMissing => _values.Exists(values => Reductions.HasNaN(values.Span));

    public override int Length(int index) => _values[index].Length / Features;

    /// <summary>Time steps of the first sequence of a pair; of the whole sequence where it is no pair.</summary>
    public int Split(int index) => HasPairs ? _splits[index] : Length(index);

    /// <summary>(length, features).</summary>
    public ReadOnlySpan<float> Values(int index) => _values[index].Span;

    /// <summary>The time from the step before to each step, (length); empty where the set has none.</summary>
    public ReadOnlySpan<float> Intervals(int index) => HasIntervals ? _intervals[index].Span : [];

    /// <summary>The classes of a sequence, from 0, (target rows); empty where targets are values.</summary>
    public ReadOnlySpan<int> Classes(int index) => Targets.Kind == TargetKind.Class ? _classes[index].Span : [];

    public override int Stratum(int index) => Targets is { Kind: TargetKind.Class, Axis: AnswerAxis.Sequence } ? Classes(index)[0] : 0;

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
        CheckIntervals(values, intervals);
        Add(values, intervals, classes, default);
    }

    /// <summary>
    /// Adds a sequence (length, features) with its targets (target rows, width), and with its intervals (length) where the set has them.
    /// </summary>
    public void Add(float[] values, float[] targets, float[]? intervals = null)
    {
        CheckLength(values);
        CheckTargets(values, targets.Length);
        CheckIntervals(values, intervals);
        Add(values, intervals, default, targets);
    }

    /// <summary>Adds a copy of a sequence that was read.</summary>
    public void Add(SequenceRow row)
    {
        int rows = Targets.Rows(row.Length);
        Add(
            row.Values[..(row.Length * Features)], HasIntervals ? row.Intervals[..row.Length] : null,
            row.Classes[..(rows * Targets.ClassWidth)], row.Targets[..(rows * Targets.ValueWidth)], row.Split);
    }

    /// <summary>
    /// Adds a sequence that stays where it is: its values (length, features), its intervals where the set has them, and its classes or the
    /// values of its targets. Of a pair also the time steps of the first sequence.
    /// </summary>
    public void Add(
        ReadOnlyMemory<float> values, ReadOnlyMemory<float> intervals, ReadOnlyMemory<int> classes, ReadOnlyMemory<float> targets,
        int split = 0)
    {
        _values.Add(values);
        if (HasIntervals)
            _intervals.Add(intervals);
        if (HasPairs)
            _splits.Add(split);
        if (Targets.Kind == TargetKind.Class)
            _classes.Add(classes);
        else
            _targets.Add(targets);
        _bytes += BytesOf(values.Length / Features);
    }

    /// <summary>Lets go of all sequences.</summary>
    public void Clear()
    {
        _values.Clear();
        _intervals.Clear();
        _classes.Clear();
        _targets.Clear();
        _splits.Clear();
        _bytes = 0;
    }

    /// <summary>The sequences at <paramref name="indices"/>, in any order, sharing memory with this set.</summary>
    public override SequenceSet Select(IEnumerable<int> indices)
    {
        var selected = Empty();
        foreach (int i in indices)
            selected.AddPart(this, i, 0, Length(i));
        return selected;
    }

    /// <inheritdoc/>
    /// <remarks>Shares memory with this set.</remarks>
    public override SequenceSet Cut(int? window)
    {
        if (window is not int steps || !MustBeCut(steps))
            return this;
        Debug.Assert(Targets.Axis == AnswerAxis.Step, "The target belongs to the whole sequence.");
        var cut = Empty();
        for (int i = 0; i < Count; i++)
        {
            foreach (int start in WindowStarts(Length(i), steps))
                cut.AddPart(this, i, start, Math.Min(steps, Length(i)));
        }
        return cut;
    }

    public override IEnumerable<SequenceSet> Parts(CancellationToken cancellation) => [this];

    public override SequenceSource InMemory(long most, CancellationToken cancellation) => this;

    public override EpochBatches Batches(int batchSize, long memory, CancellationToken cancellation) => new SetBatches(this, batchSize);

    /// <summary>A set without sequences, whose sequences are such as these.</summary>
    public SequenceSet Empty()
        => new(Features, Targets, HasIntervals)
        {
            FeaturesName = FeaturesName, TargetsName = TargetsName, LeftOut = LeftOut, IsMade = IsMade, HasPairs = HasPairs,
        };

    private void AddPart(SequenceSet whole, int index, int start, int length)
    {
        int first = Targets.Axis == AnswerAxis.Step ? start : 0, rows = Targets.Rows(length);
        bool isClass = Targets.Kind == TargetKind.Class;
        Add(
            whole._values[index].Slice(start * Features, length * Features),
            HasIntervals ? whole._intervals[index].Slice(start, length) : default,
            isClass ? whole._classes[index].Slice(first, rows) : default,
            isClass ? default : whole._targets[index].Slice(first * Targets.Width, rows * Targets.Width), whole.Split(index));
    }

    private void CheckIntervals(float[] values, float[]? intervals)
    {
        if (HasIntervals && intervals?.Length != values.Length / Features)
            throw new ArgumentException(
                $"A sequence of {values.Length / Features} steps needs as many intervals, but has {intervals?.Length ?? 0}.");
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
