using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// A padded batch: values (count, length, features), row-major and padded behind the end of each sequence, with the valid length of each
/// sequence and the targets. Where time steps are not equally far apart, each step also has a time interval. What stands in the padding has
/// no influence on anything. A batch may be filled again and again; its memory grows and never shrinks.
/// </summary>
internal sealed class SequenceBatch(int features, TargetLayout targets, bool hasIntervals = false)
{
    private float[] _values = [];
    private float[] _intervals = [];
    private float[] _targets = [];
    private int[] _lengths = [];
    private int[] _splits = [];
    private int[] _classes = [];

    /// <summary>Channels of a time step.</summary>
    public int Features { get; } = features;

    /// <summary>How the targets lie.</summary>
    public TargetLayout Targets { get; } = targets;

    /// <summary>Whether every time step has the time since the step before.</summary>
    public bool HasIntervals { get; } = hasIntervals;

    /// <summary>Number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>Time steps of the longest sequence: the padded length.</summary>
    public int Length { get; private set; }

    /// <summary>The values, padding included, (count, length, features).</summary>
    public Span<float> Values => _values.AsSpan(0, Count * Length * Features);

    /// <summary>The time from the step before to each step, (count, length); empty where there are no intervals.</summary>
    public Span<float> Intervals => _intervals.AsSpan(0, HasIntervals ? Count * Length : 0);

    /// <summary>Valid time steps of each sequence, (count).</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>
    /// Time steps of the first sequence of each pair, (count), behind which the second lies; where sequences are no pairs, their lengths.
    /// </summary>
    public ReadOnlySpan<int> Splits => _splits.AsSpan(0, Count);

    /// <summary>Rows of the targets of the longest sequence: the padded target rows.</summary>
    public int TargetRows => Targets.Rows(Length);

    /// <summary>The classes, padding included, (count, target rows); empty where targets are values.</summary>
    public Span<int> Classes => _classes.AsSpan(0, Count * TargetRows * Targets.ClassWidth);

    /// <summary>The values of the targets, padding included, (count, target rows, width); empty where targets are classes.</summary>
    public Span<float> TargetValues => _targets.AsSpan(0, Count * TargetRows * Targets.ValueWidth);

    /// <summary>The values of a sequence without padding, (its length, features).</summary>
    public ReadOnlySpan<float> Valid(int index) => _values.AsSpan(index * Length * Features, _lengths[index] * Features);

    /// <summary>
    /// The values of a sequence of a batch of pairs, (its length, features): sequences 2 i and 2 i + 1 are the first and the second of
    /// pair i.
    /// </summary>
    public ReadOnlySpan<float> OfPair(int sequence)
    {
        var pair = Valid(sequence / 2);
        int first = _splits[sequence / 2] * Features;
        return sequence % 2 == 0 ? pair[..first] : pair[first..];
    }

    /// <summary>The time intervals of a sequence without padding, (its length); empty where there are none.</summary>
    public ReadOnlySpan<float> ValidIntervals(int index) => HasIntervals ? _intervals.AsSpan(index * Length, _lengths[index]) : [];

    /// <summary>The classes of a sequence without padding, (its target rows); empty where targets are values.</summary>
    public ReadOnlySpan<int> ValidClasses(int index)
        => _classes.AsSpan(index * TargetRows * Targets.ClassWidth, Targets.Rows(_lengths[index]) * Targets.ClassWidth);

    /// <summary>The values of a sequence's targets without padding, (its target rows, width); empty where targets are classes.</summary>
    public ReadOnlySpan<float> ValidTargets(int index)
        => _targets.AsSpan(index * TargetRows * Targets.ValueWidth, Targets.Rows(_lengths[index]) * Targets.ValueWidth);

    /// <summary>Gives the batch sequences of these lengths, in time steps, and sets everything else to zero.</summary>
    public void Reset(ReadOnlySpan<int> lengths)
    {
        Count = lengths.Length;
        Grow(ref _lengths, Count);
        lengths.CopyTo(_lengths);
        Grow(ref _splits, Count);
        lengths.CopyTo(_splits);
        Shape();
    }

    /// <summary>
    /// Fills the batch with the sequences of <paramref name="set"/> at <paramref name="indices"/>. The targets of the first
    /// <paramref name="washout"/> time steps are made unknown, so that they do not count.
    /// </summary>
    public void Fill(SequenceSet set, ReadOnlySpan<int> indices, int washout = 0)
    {
        Count = indices.Length;
        Grow(ref _lengths, Count);
        Grow(ref _splits, Count);
        for (int i = 0; i < Count; i++)
            (_lengths[i], _splits[i]) = (set.Length(indices[i]), set.Split(indices[i]));
        Shape();
        for (int i = 0; i < indices.Length; i++)
        {
            set.Values(indices[i]).CopyTo(_values.AsSpan(i * Length * Features));
            if (HasIntervals)
                set.Intervals(indices[i]).CopyTo(_intervals.AsSpan(i * Length));
            set.Classes(indices[i]).CopyTo(_classes.AsSpan(i * TargetRows * Targets.ClassWidth));
            set.TargetsOf(indices[i]).CopyTo(_targets.AsSpan(i * TargetRows * Targets.ValueWidth));
            int left = Math.Min(washout, Targets.Rows(_lengths[i]));
            _classes.AsSpan(i * TargetRows * Targets.ClassWidth, left * Targets.ClassWidth).Fill(TargetLayout.NoClass);
            _targets.AsSpan(i * TargetRows * Targets.ValueWidth, left * Targets.ValueWidth).Fill(float.NaN);
        }
    }

    /// <summary>
    /// Fills the batch with the sequences of a batch of pairs, the two of each pair one after the other, without targets.
    /// </summary>
    public void FillApart(SequenceBatch pairs)
    {
        Count = 2 * pairs.Count;
        Grow(ref _lengths, Count);
        Grow(ref _splits, Count);
        for (int i = 0; i < Count; i++)
            _lengths[i] = _splits[i] = pairs.OfPair(i).Length / Features;
        Shape();
        for (int i = 0; i < Count; i++)
            pairs.OfPair(i).CopyTo(_values.AsSpan(i * Length * Features));
    }

    private void Shape()
    {
        Length = Count == 0 ? 0 : TensorPrimitives.Max(Lengths);
        Grow(ref _classes, Size(TargetRows, Targets.ClassWidth));
        Grow(ref _values, Size(Length, Features));
        Grow(ref _targets, Size(TargetRows, Targets.ValueWidth));
        Grow(ref _intervals, HasIntervals ? Size(Length, 1) : 0);
        Values.Clear();
        TargetValues.Clear();
        Intervals.Clear();
        Classes.Clear();
    }

    /// <summary>Values of the answers to the batch, padding included, (count, target rows, outputs).</summary>
    /// <exception cref="InvalidOperationException">An array cannot hold them.</exception>
    public int OutputLength(int outputs) => Size(TargetRows, outputs);

    // Values of the batch with so many rows a sequence, padding included.
    private int Size(int rows, int width)
    {
        double size = (double)Count * rows * width;
        if (size > Array.MaxLength)
            throw new InvalidOperationException(
                $"A batch of {Count} sequences, padded to the {Length} time steps of the longest, has {size:F0} values, more than an array "
                + $"can hold, {Array.MaxLength}. Lower BatchSize, or cut long sequences into shorter ones.");
        return (int)size;
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[Math.Max(length, (int)Math.Min(buffer.Length * 3L / 2, Array.MaxLength))];
    }
}
