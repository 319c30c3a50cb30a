using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// What is counted of the outputs of sixteen filters, step after step, so that no outputs need to be kept: how often and for how long they
/// are above thresholds, how large they become, their sum, and how often a filter has the largest or the smallest output of the sixteen.
/// </summary>
internal static unsafe class OutputCounts
{
    private const int Lanes = FilterChain.Lanes;

    /// <summary>Floats of the counts that begin anew with each part of a sequence: (3, thresholds, 16): steps above, steps above at this
    /// moment without a break, and the most of these.</summary>
    public static int PartSize(int thresholds) => 3 * thresholds * Lanes;

    /// <summary>Counts of a whole sequence that are features, (4, 16): the largest output, the sum, and the steps at which a filter has the
    /// largest or the smallest output.</summary>
    public const int WholeFeatures = 4 * Lanes;

    /// <summary>Floats of the counts of a whole sequence, (5, 16): those that are features, and what rounding added too much to the sum
    /// (Kahan's summation), so that a stream of millions of steps keeps its mean.</summary>
    public const int WholeSize = WholeFeatures + Lanes;

    /// <summary>The counts before the first step.</summary>
    public static void Begin(Span<float> part, Span<float> whole)
    {
        part.Clear();
        whole.Clear();
        whole[..Lanes].Fill(float.NegativeInfinity);
    }

    /// <summary>Counts a stretch of outputs.</summary>
    /// <param name="thresholds">(thresholds, 16).</param>
    /// <param name="outputs">(steps, 16).</param>
    /// <param name="extremes">Scratch, (2, steps).</param>
    /// <param name="part">(3, thresholds, 16); counted on.</param>
    /// <param name="whole">(5, 16); counted on.</param>
    public static void Add(
        ReadOnlySpan<float> thresholds, ReadOnlySpan<float> outputs, Span<float> extremes, Span<float> part, Span<float> whole)
    {
        int steps = outputs.Length / Lanes;
        fixed (float* levels = thresholds, y = outputs, extreme = extremes, p = part, w = whole)
        {
            if (Vector512.IsHardwareAccelerated)
                FindExtremes<Lane512, Vector512<float>>(y, steps, extreme, extreme + steps);
            else if (Vector256.IsHardwareAccelerated)
                FindExtremes<Lane256, Vector256<float>>(y, steps, extreme, extreme + steps);
            else if (Vector128.IsHardwareAccelerated)
                FindExtremes<Lane128, Vector128<float>>(y, steps, extreme, extreme + steps);
            else
                FindExtremes<LaneScalar, float>(y, steps, extreme, extreme + steps);
            Columns.RunEach(new WholeWalk(y, steps, extreme, w), Lanes);
            for (int k = 0; k < thresholds.Length / Lanes; k++)
                Columns.RunEach(new ThresholdWalk(y, steps, levels + k * Lanes, p + k * Lanes, thresholds.Length), Lanes);
        }
    }

    // The largest and the smallest output of each step.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindExtremes<TLane, TVector>(float* y, int steps, float* largest, float* smallest)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int t = 0; t < steps; t++, y += Lanes)
        {
            TVector first = TLane.Load(y), high = first, low = TLane.Subtract(default, first);
            for (int column = TLane.Count; column < Lanes; column += TLane.Count)
            {
                TVector value = TLane.Load(y + column);
                high = TLane.Max(high, value);
                low = TLane.Max(low, TLane.Subtract(default, value));
            }
            largest[t] = TLane.Largest(high);
            smallest[t] = -TLane.Largest(low);
        }
    }

    private readonly struct WholeWalk(float* outputs, int steps, float* extremes, float* whole) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* y = outputs + column, place = whole + column;
            TVector largest = TLane.Load(place), sum = default, won = default, lost = default;
            for (int t = 0; t < steps; t++, y += Lanes)
            {
                TVector value = TLane.Load(y);
                largest = TLane.Max(largest, value);
                sum = TLane.Add(sum, value);
                won = TLane.Add(won, TLane.Above(TLane.Broadcast(extremes[t]), value)); // steps that another filter wins
                lost = TLane.Add(lost, TLane.Above(value, TLane.Broadcast(extremes[steps + t])));
            }
            TVector count = TLane.Broadcast(steps), before = TLane.Load(place + Lanes);
            TVector added = TLane.Subtract(sum, TLane.Load(place + WholeFeatures)), after = TLane.Add(before, added);
            TLane.Store(place, largest);
            TLane.Store(place + Lanes, after);
            TLane.Store(place + WholeFeatures, TLane.Subtract(TLane.Subtract(after, before), added));
            TLane.Store(place + 2 * Lanes, TLane.Add(TLane.Load(place + 2 * Lanes), TLane.Subtract(count, won)));
            TLane.Store(place + 3 * Lanes, TLane.Add(TLane.Load(place + 3 * Lanes), TLane.Subtract(count, lost)));
        }
    }

    private readonly struct ThresholdWalk(float* outputs, int steps, float* levels, float* part, int plane) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* y = outputs + column, place = part + column;
            TVector level = TLane.Load(levels + column), one = TLane.Broadcast(1);
            TVector above = TLane.Load(place), run = TLane.Load(place + plane), longest = TLane.Load(place + 2 * plane);
            for (int t = 0; t < steps; t++, y += Lanes)
            {
                TVector isAbove = TLane.Above(TLane.Load(y), level);
                above = TLane.Add(above, isAbove);
                run = TLane.Multiply(TLane.Add(run, one), isAbove);
                longest = TLane.Max(longest, run);
            }
            TLane.Store(place, above);
            TLane.Store(place + plane, run);
            TLane.Store(place + 2 * plane, longest);
        }
    }
}
