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

    /// <summary>Puts held steps before a sequence, whose targets are unknown and so count nowhere.</summary>
    /// <param name="row">A sequence with a target for each time step.</param>
    /// <param name="shape">A set for such sequences.</param>
    /// <param name="steps">For how many steps the first one is held.</param>
    /// <param name="washout">Steps behind the held ones that are not to count either.</param>
    public static void Before(SequenceRow row, SequenceSet shape, int steps, int washout)
    {
        if (steps == 0)
            return;
        int unknown = steps + Math.Min(washout, row.Length), length = checked(row.Length + steps);
        Shift(ref row.Values, row.Length * shape.Features, checked(length * shape.Features));
        for (int i = steps * shape.Features - 1; i >= 0; i--)
            row.Values[i] = row.Values[i + shape.Features];
        if (shape.HasIntervals)
        {
            Shift(ref row.Intervals, row.Length, length);
            row.Intervals.AsSpan(0, steps).Fill(1);
        }
        if (shape.Targets.Kind == TargetKind.Class)
        {
            Shift(ref row.Classes, row.Length, length);
            row.Classes.AsSpan(0, unknown).Fill(TargetLayout.NoClass);
        }
        else
        {
            int width = shape.Targets.Width;
            Shift(ref row.Targets, row.Length * width, checked(length * width));
            row.Targets.AsSpan(0, unknown * width).Fill(float.NaN);
        }
        row.Length = length;
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

    // Moves the first numbers so that they end where a longer row ends.
    private static void Shift<T>(ref T[] numbers, int count, int longer)
    {
        var source = numbers;
        if (numbers.Length < longer)
            numbers = new T[longer];
        Array.Copy(source, 0, numbers, longer - count, count);
    }
}
