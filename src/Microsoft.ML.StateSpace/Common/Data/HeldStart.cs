using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Holds the first time step of a sequence for some steps before it, which lead the state of a model from zero to near the steady state of
/// the first input.
/// </summary>
internal static class HeldStart
{
    /// <summary>The most steps for which it is held.</summary>
    public const int Longest = 1_000_000;

    /// <summary>
    /// The sequences with held steps before them, whose targets are unknown and so count nowhere. The same set where there are none.
    /// </summary>
    /// <param name="set">Sequences with a target for each time step.</param>
    /// <param name="steps">For how many steps the first one is held.</param>
    /// <param name="washout">Steps behind the held ones that are not to count either.</param>
    public static SequenceSet Before(SequenceSet set, int steps, int washout)
    {
        if (steps == 0)
            return set;
        var held = new SequenceSet(set.Features, set.Targets, set.HasIntervals)
        {
            FeaturesName = set.FeaturesName, TargetsName = set.TargetsName, LeftOut = steps + washout,
        };
        for (int i = 0; i < set.Count; i++)
        {
            int unknown = steps + Math.Min(washout, set.Length(i));
            var values = new float[checked(set.Values(i).Length + steps * set.Features)];
            Values(set.Values(i), set.Features, values);
            float[]? intervals = set.HasIntervals ? new float[steps + set.Length(i)] : null;
            Intervals(set.Intervals(i), intervals);
            if (set.Targets.Kind == TargetKind.Class)
                held.AddClasses(values, Targets(set.Classes(i), steps, unknown, TargetLayout.NoClass), intervals);
            else
                held.Add(values, Targets(set.TargetsOf(i), steps * set.Targets.Width, unknown * set.Targets.Width, float.NaN), intervals);
        }
        return held;
    }

    /// <summary>Puts a sequence (length, channels) at the end of the destination, and its first step into all that is before.</summary>
    public static void Values(ReadOnlySpan<float> sequence, int channels, Span<float> destination)
    {
        int start = destination.Length - sequence.Length;
        sequence.CopyTo(destination[start..]);
        for (int i = 0; i < start; i += channels)
            sequence[..channels].CopyTo(destination[i..]);
    }

    /// <summary>Puts intervals at the end of the destination, and 1 into all that is before.</summary>
    public static void Intervals(ReadOnlySpan<float> intervals, Span<float> destination)
    {
        int start = destination.Length - intervals.Length;
        destination[..start].Fill(1);
        intervals.CopyTo(destination[start..]);
    }

    private static T[] Targets<T>(ReadOnlySpan<T> targets, int added, int unknown, T value)
    {
        var destination = new T[added + targets.Length];
        targets.CopyTo(destination.AsSpan(added));
        destination.AsSpan(0, unknown).Fill(value);
        return destination;
    }
}
