using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// A padded batch: values (count, length, features), row-major and padded behind the end of each sequence, with the valid length of each
/// sequence and the targets. Where time steps are not equally far apart, each step also has a time interval. What stands in the padding has
/// no influence on anything. A batch may be filled again and again; its memory grows and never shrinks.
/// </summary>
public sealed class SequenceBatch
{
    private float[] _values = [];
    private float[] _intervals = [];
    private float[] _targets = [];
    private int[] _lengths = [];
    private int[] _labels = [];

    /// <summary>Makes an empty batch.</summary>
    /// <param name="features">Channels of a time step; at least 1.</param>
    /// <param name="targets">Real targets of a time step; 0 where the target is a class.</param>
    /// <param name="hasIntervals">Whether every time step has the time since the step before.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1, or <paramref name="targets"/> is
    /// negative.</exception>
    public SequenceBatch(int features, int targets, bool hasIntervals = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(targets);
        Features = features;
        Targets = targets;
        HasIntervals = hasIntervals;
    }

    /// <summary>Channels of a time step.</summary>
    public int Features { get; }

    /// <summary>Real targets of a time step; 0 where the target is a class.</summary>
    public int Targets { get; }

    /// <summary>Whether every time step has the time since the step before.</summary>
    public bool HasIntervals { get; }

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

    /// <summary>The class of each sequence, (count); meaningless where <see cref="Targets"/> is not 0.</summary>
    public Span<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>The targets, padding included, (count, length, targets).</summary>
    public Span<float> TargetValues => _targets.AsSpan(0, Count * Length * Targets);

    /// <summary>The values of a sequence without padding, (its length, features).</summary>
    public ReadOnlySpan<float> Valid(int index) => _values.AsSpan(index * Length * Features, _lengths[index] * Features);

    /// <summary>The time intervals of a sequence without padding, (its length); empty where there are none.</summary>
    public ReadOnlySpan<float> ValidIntervals(int index) => HasIntervals ? _intervals.AsSpan(index * Length, _lengths[index]) : [];

    /// <summary>The targets of a sequence without padding, (its length, targets).</summary>
    public ReadOnlySpan<float> ValidTargets(int index) => _targets.AsSpan(index * Length * Targets, _lengths[index] * Targets);

    /// <summary>Gives the batch sequences of these lengths, in time steps, and sets everything else to zero.</summary>
    public void Reset(ReadOnlySpan<int> lengths)
    {
        Count = lengths.Length;
        Grow(ref _lengths, Count);
        lengths.CopyTo(_lengths);
        Shape();
    }

    /// <summary>Fills the batch with the sequences of <paramref name="set"/> at <paramref name="indices"/>.</summary>
    internal void Fill(SequenceSet set, ReadOnlySpan<int> indices)
    {
        Count = indices.Length;
        Grow(ref _lengths, Count);
        for (int i = 0; i < Count; i++)
            _lengths[i] = set.Length(indices[i]);
        Shape();
        for (int i = 0; i < indices.Length; i++)
        {
            set.Values(indices[i]).CopyTo(_values.AsSpan(i * Length * Features));
            if (HasIntervals)
                set.Intervals(indices[i]).CopyTo(_intervals.AsSpan(i * Length));
            if (Targets == 0)
                _labels[i] = set.Label(indices[i]);
            else
                set.TargetsOf(indices[i]).CopyTo(_targets.AsSpan(i * Length * Targets));
        }
    }

    private void Shape()
    {
        Length = Count == 0 ? 0 : TensorPrimitives.Max(Lengths);
        Grow(ref _labels, Count);
        Grow(ref _values, checked(Count * Length * Features));
        Grow(ref _targets, checked(Count * Length * Targets));
        Grow(ref _intervals, HasIntervals ? Count * Length : 0);
        Values.Clear();
        TargetValues.Clear();
        Intervals.Clear();
        Labels.Clear();
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[Math.Max(length, buffer.Length * 3 / 2)];
    }
}
