using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// How one chunk of a recurrence with one scalar decay a head lies in memory, and its step sizes. Channels come in groups of
/// <see cref="Group"/>, states in blocks of <see cref="Block"/>; what the last ones lack is zero. What has channels and rows is (groups,
/// <see cref="Rows"/>, Group), a state is (groups, states, Group). So whatever the lanes are, a walk through time or states reads memory in
/// order, and a vector of channels never crosses two groups.
/// </summary>
internal static unsafe class SsdChunk
{
    /// <summary>
    /// The most rows of a chunk. What the backward pass computes again for two vectors of channels and a block of states then fits the
    /// first-level cache.
    /// </summary>
    public const int Rows = 32;

    /// <summary>Channels of a group: those of the widest vector.</summary>
    public const int Group = 16;

    /// <summary>
    /// States that stay in registers at a time. Of two vectors of channels each, and with what these channels share, they fit the 16
    /// registers of the older instruction sets.
    /// </summary>
    public const int Block = 4;

    /// <summary>So many channels in whole groups.</summary>
    public static int Channels(int channels) => (channels + Group - 1) / Group * Group;

    /// <summary>So many states in whole blocks.</summary>
    public static int States(int states) => (states + Block - 1) / Block * Block;

    /// <summary>Where a channel begins, if each group has <paramref name="rows"/> rows or states.</summary>
    public static nint At(int channel, int rows) => (nint)(channel / Group) * rows * Group + channel % Group;

    /// <summary>
    /// <c>step = softplus(z)</c>, times the interval unless there are none, and <c>decay = 2^(rate step)</c>, with rates of at most 0.
    /// </summary>
    public static void Steps(
        ReadOnlySpan<float> z, ReadOnlySpan<float> intervals, ReadOnlySpan<float> rates, Span<float> step, Span<float> decay)
    {
        int length = z.Length;
        Debug.Assert(rates.Length >= length && (intervals.IsEmpty || intervals.Length >= length), "every step has its own");
        fixed (float* pz = z, ps = step[..length], pd = decay[..length], pr = rates, pt = intervals)
        {
            if (intervals.IsEmpty)
                Elements.Run(new StepKernel(pz, ps, pd, pr), length);
            else
                Elements.Run(new IntervalStepKernel(pz, pt, ps, pd, pr), length);
        }
    }

    /// <summary>
    /// Adds to the gradient of the steps what comes through the decays, <c>dstep += dlog rate ln 2</c>, where dlog is the gradient of the
    /// logarithm of the decay, and <c>dlog rate step ln 2</c>, which is the gradient of ALog, to <paramref name="sums"/>.
    /// </summary>
    public static void DecaysBackward(
        ReadOnlySpan<float> rates, ReadOnlySpan<float> step, ReadOnlySpan<float> dlog, Span<float> dstep, Span<float> sums)
    {
        int length = step.Length;
        fixed (float* pr = rates[..length], ps = step, pl = dlog[..length], pd = dstep[..length], pa = sums[..length])
            Elements.Run(new DecaysBackwardKernel(pr, ps, pl, pd, pa), length);
    }

    /// <summary>Calls the kernel for all channels, two vectors of them at a time as long as there are two.</summary>
    /// <param name="kernel">What is called.</param>
    /// <param name="channels">Channels in whole groups.</param>
    public static void Run<TKernel>(in TKernel kernel, int channels)
        where TKernel : struct, ISsdKernel
    {
        if (Vector512.IsHardwareAccelerated)
            Run<TKernel, Lane512, Vector512<float>>(kernel, channels);
        else if (Vector256.IsHardwareAccelerated)
            Run<TKernel, Lane256, Vector256<float>>(kernel, channels);
        else if (Vector128.IsHardwareAccelerated)
            Run<TKernel, Lane128, Vector128<float>>(kernel, channels);
        else
            Run<TKernel, LaneScalar, float>(kernel, channels);
    }

    /// <summary><see cref="Run{TKernel}"/> with lanes of one width.</summary>
    public static void Run<TKernel, TLane, TVector>(in TKernel kernel, int channels)
        where TKernel : struct, ISsdKernel
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int c = 0;
        for (; c <= channels - 2 * TLane.Count; c += 2 * TLane.Count)
            kernel.Run<TLane, TVector, N2>(c, c + TLane.Count);
        if (c < channels)
            kernel.Run<TLane, TVector, N1>(c, c);
    }

    private readonly struct StepKernel(float* z, float* step, float* decay, float* rates) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = LaneMath.Softplus<TLane, TVector>(TLane.Load(z + i));
            TLane.Store(step + i, s);
            TLane.Store(decay + i, Decay<TLane, TVector>(s, TLane.Load(rates + i)));
        }
    }

    private readonly struct IntervalStepKernel(float* z, float* interval, float* step, float* decay, float* rates) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = TLane.Multiply(LaneMath.Softplus<TLane, TVector>(TLane.Load(z + i)), TLane.Load(interval + i));
            s = TLane.Clamp(s, 0, IntervalSteps.Largest);
            TLane.Store(step + i, s);
            TLane.Store(decay + i, Decay<TLane, TVector>(s, TLane.Load(rates + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decay<TLane, TVector>(TVector step, TVector rate)
        where TLane : ILane<TVector>
        where TVector : struct
        => LaneMath.Exp2<TLane, TVector>(TLane.Clamp(TLane.Multiply(step, rate), float.MinValue, 0));

    private readonly struct DecaysBackwardKernel(float* rates, float* step, float* dlog, float* dstep, float* sums) : IElementKernel
    {
        private const float Ln2 = 0.693147181f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector rate = TLane.Multiply(TLane.Load(rates + i), TLane.Broadcast(Ln2)), g = TLane.Load(dlog + i);
            TVector exponent = TLane.Clamp(TLane.Multiply(rate, TLane.Load(step + i)), -LaneMath.ExpLimit, 0);
            TLane.Store(sums + i, TLane.MultiplyAdd(g, exponent, TLane.Load(sums + i)));
            TLane.Store(dstep + i, TLane.MultiplyAdd(g, rate, TLane.Load(dstep + i)));
        }
    }
}

/// <summary>What a kernel does to one or two vectors of channels while it walks over the rows of a chunk.</summary>
internal interface ISsdKernel
{
    /// <summary>Handles <c>TCount.Value</c> vectors, which begin at the given channels.</summary>
    void Run<TLane, TVector, TCount>(int c0, int c1)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount;
}

/// <summary>
/// A chunk: decays and what enters the states, (groups, <see cref="SsdChunk.Rows"/>, Group), and B and C, (rows, states in whole blocks).
/// </summary>
internal readonly ref struct SsdRows
{
    public required ReadOnlySpan<float> Decay { get; init; }

    public required ReadOnlySpan<float> Input { get; init; }

    public required ReadOnlySpan<float> B { get; init; }

    public required ReadOnlySpan<float> C { get; init; }

    /// <summary>Rows of the chunk.</summary>
    public required int Rows { get; init; }

    /// <summary>Channels in whole groups.</summary>
    public required int Channels { get; init; }

    /// <summary>States in whole blocks.</summary>
    public required int States { get; init; }
}
