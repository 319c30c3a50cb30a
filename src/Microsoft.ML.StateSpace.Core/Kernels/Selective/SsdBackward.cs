using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The gradient of the recurrence of <see cref="SsdForward"/> over one chunk. For two vectors of channels and a block of states it computes
/// the states of the chunk again, then runs <c>g_t = C_t dy_t + a_{t+1} g_{t+1}</c> from the last row to the first. The gradients of B_t
/// and C_t are sums over all channels: they are gathered lane by lane, for one block of states and a tile of channels at a time, so that
/// they stay in the first-level cache; the first vectors of a tile assign the lanes, and behind the last ones the lanes are added.
/// </summary>
internal static unsafe class SsdBackward
{
    // The lanes of the gradients of B and of C, then the states of all rows, of two vectors of channels.
    private const int Lanes = SsdChunk.Rows * SsdChunk.Block * SsdChunk.Group;

    // Channels that go through all states before the next ones do. Their rows stay in the second-level cache.
    private const int Tile = 8 * SsdChunk.Group;

    /// <summary>Floats of working memory.</summary>
    public const int Work = 4 * Lanes;

    /// <summary>What is read besides the chunk, and what is assigned or added to.</summary>
    public readonly ref struct Operands
    {
        /// <summary>The state before the chunk.</summary>
        public required ReadOnlySpan<float> Before { get; init; }

        /// <summary>The gradient of y.</summary>
        public required ReadOnlySpan<float> OutputGradient { get; init; }

        /// <summary>In: the gradient of the state behind the chunk. Out: that of the state before it.</summary>
        public required Span<float> Carry { get; init; }

        /// <summary>The gradient of u; assigned.</summary>
        public required Span<float> Input { get; init; }

        /// <summary>The gradient of the decay that each channel has; assigned.</summary>
        public required Span<float> Decay { get; init; }

        /// <summary>The gradients of B, (states) in each row; added to.</summary>
        public required Span<float> B { get; init; }

        /// <summary>The gradients of C, as those of B.</summary>
        public required Span<float> C { get; init; }

        /// <summary>Floats between two rows of the gradients of B and C.</summary>
        public required int Stride { get; init; }

        /// <summary>States that have a gradient.</summary>
        public required int States { get; init; }

        /// <summary>Working memory.</summary>
        public required Span<float> Work { get; init; }
    }

    public static void Run(in SsdRows rows, in Operands to)
    {
        Debug.Assert(to.Work.Length >= Work && to.Before.Length >= rows.Channels * rows.States, "work and states have their sizes");
        fixed (float* a = rows.Decay, u = rows.Input, b = rows.B, c = rows.C, before = to.Before, dy = to.OutputGradient)
        fixed (float* carry = to.Carry, du = to.Input, da = to.Decay, dB = to.B, dC = to.C, work = to.Work)
        {
            var kernel = new Kernel(a, u, b, c, before, dy, carry, du, da, work, rows.Rows, rows.States);
            var sums = new Sums(dB, dC, to.Stride, to.States);
            if (Vector512.IsHardwareAccelerated)
                Run<Lane512, Vector512<float>>(kernel, rows.Channels, rows.States, sums);
            else if (Vector256.IsHardwareAccelerated)
                Run<Lane256, Vector256<float>>(kernel, rows.Channels, rows.States, sums);
            else if (Vector128.IsHardwareAccelerated)
                Run<Lane128, Vector128<float>>(kernel, rows.Channels, rows.States, sums);
            else
                Run<LaneScalar, float>(kernel, rows.Channels, rows.States, sums);
        }
    }

    // Two vectors of channels at a time share the lanes of the gradients of B and C, where there are 32 registers for them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLane, TVector>(in Kernel kernel, int channels, int states, in Sums sums)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int tile = 0; tile < channels; tile += Tile)
        {
            int end = Math.Min(tile + Tile, channels);
            for (int n = 0; n < states; n += SsdChunk.Block)
            {
                int c = tile;
                for (; TLane.Count == Lane512.Count && c <= end - 2 * TLane.Count; c += 2 * TLane.Count)
                    kernel.Run<TLane, TVector, N2>(n, c, c + TLane.Count, c == tile);
                for (; c < end; c += TLane.Count)
                    kernel.Run<TLane, TVector, N1>(n, c, c, c == tile);
                kernel.AddLanes<TLane, TVector>(n, sums);
            }
        }
    }

    private readonly struct Sums(float* b, float* c, nint stride, int states)
    {
        public readonly float* B = b, C = c;
        public readonly nint Stride = stride;
        public readonly int States = states;
    }

    private readonly struct Kernel(
        float* decay, float* input, float* b, float* c, float* before, float* dy,
        float* carry, float* dInput, float* dDecay, float* work, int rows, int states)
    {
        private const int Next = SsdChunk.Group;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AddLanes<TLane, TVector>(int first, in Sums sums)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int count = Math.Min(SsdChunk.Block, sums.States - first);
            float* lanes = work, toB = sums.B + first, toC = sums.C + first;
            for (int left = rows; left > 0; left--, lanes += SsdChunk.Block * Next, toB += sums.Stride, toC += sums.Stride)
            {
                if (count == SsdChunk.Block)
                {
                    Add<TLane, TVector>(lanes, toB);
                    Add<TLane, TVector>(lanes + Lanes, toC);
                    continue;
                }
                for (int n = 0; n < count; n++)
                {
                    toB[n] += TLane.Sum(TLane.Load(lanes + n * Next));
                    toC[n] += TLane.Sum(TLane.Load(lanes + Lanes + n * Next));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector>(float* lanes, float* to)
            where TLane : ILane<TVector>
            where TVector : struct
            => LaneSums.Add<TLane, TVector>(
                TLane.Load(lanes), TLane.Load(lanes + Next), TLane.Load(lanes + 2 * Next), TLane.Load(lanes + 3 * Next), to);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int n, int c0, int c1, bool isFirst)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint first = SsdChunk.At(c0, SsdChunk.Rows), apart = SsdChunk.At(c1, SsdChunk.Rows) - first;
            nint state = SsdChunk.At(c0, states) + (nint)n * Next, statesApart = SsdChunk.At(c1, states) - SsdChunk.At(c0, states);
            float* a = decay + first, u = input + first, g = dy + first, bn = b + n, lanes = work + Lanes, x = work + 2 * Lanes;


            // Forward through the states of the chunk, from the one before it; all but the last are stored.
            float* h = before + state;
            TVector h00 = TLane.Load(h), h10 = TLane.Load(h + Next), h20 = TLane.Load(h + 2 * Next), h30 = TLane.Load(h + 3 * Next);
            h += statesApart;
            TVector h01 = TLane.Load(h), h11 = TLane.Load(h + Next), h21 = TLane.Load(h + 2 * Next), h31 = TLane.Load(h + 3 * Next);
            for (int left = rows; left > 0; left--, a += Next, u += Next, g += Next, bn += states, lanes += 4 * Next, x += 8 * Next)
            {
                TVector a0 = TLane.Load(a), u0 = TLane.Load(u), g0 = TLane.Load(g), a1 = default, u1 = default, g1 = default;
                if (TCount.Value > 1)
                    (a1, u1, g1) = (TLane.Load(a + apart), TLane.Load(u + apart), TLane.Load(g + apart));
                Forward<TLane, TVector, TCount>(bn, a0, a1, u0, u1, g0, g1, x, lanes, isFirst, ref h00, ref h01);
                Forward<TLane, TVector, TCount>(bn + 1, a0, a1, u0, u1, g0, g1, x + 2 * Next, lanes + Next, isFirst, ref h10, ref h11);
                Forward<TLane, TVector, TCount>(bn + 2, a0, a1, u0, u1, g0, g1, x + 4 * Next, lanes + 2 * Next, isFirst, ref h20, ref h21);
                Forward<TLane, TVector, TCount>(bn + 3, a0, a1, u0, u1, g0, g1, x + 6 * Next, lanes + 3 * Next, isFirst, ref h30, ref h31);
            }

            // Then back; the h are the gradients of states from here on.
            h = carry + state;
            h00 = TLane.Load(h);
            h10 = TLane.Load(h + Next);
            h20 = TLane.Load(h + 2 * Next);
            h30 = TLane.Load(h + 3 * Next);
            h += statesApart;
            h01 = TLane.Load(h);
            h11 = TLane.Load(h + Next);
            h21 = TLane.Load(h + 2 * Next);
            h31 = TLane.Load(h + 3 * Next);
            float* cn = c + n + (nint)rows * states, du = dInput + first + (nint)rows * Next, da = dDecay + first + (nint)rows * Next;
            lanes -= Lanes;
            for (int left = rows; left > 0; left--)
            {
                a -= Next;
                u -= Next;
                g -= Next;
                du -= Next;
                da -= Next;
                bn -= states;
                cn -= states;
                lanes -= 4 * Next;
                x -= 8 * Next;
                TVector a0 = TLane.Load(a), u0 = TLane.Load(u), g0 = TLane.Load(g), a1 = default, u1 = default, g1 = default;
                TVector du0 = default, du1 = default, da0 = default, da1 = default;
                if (TCount.Value > 1)
                    (a1, u1, g1) = (TLane.Load(a + apart), TLane.Load(u + apart), TLane.Load(g + apart));
                if (n > 0)
                {
                    (du0, da0) = (TLane.Load(du), TLane.Load(da));
                    if (TCount.Value > 1)
                        (du1, da1) = (TLane.Load(du + apart), TLane.Load(da + apart));
                }
                Back<TLane, TVector, TCount>(
                    bn, cn, a0, a1, u0, u1, g0, g1, x, lanes, isFirst, ref h00, ref h01, ref du0, ref du1, ref da0, ref da1);
                Back<TLane, TVector, TCount>(
                    bn + 1, cn + 1, a0, a1, u0, u1, g0, g1, x + 2 * Next, lanes + Next, isFirst,
                    ref h10, ref h11, ref du0, ref du1, ref da0, ref da1);
                Back<TLane, TVector, TCount>(
                    bn + 2, cn + 2, a0, a1, u0, u1, g0, g1, x + 4 * Next, lanes + 2 * Next, isFirst,
                    ref h20, ref h21, ref du0, ref du1, ref da0, ref da1);
                Back<TLane, TVector, TCount>(
                    bn + 3, cn + 3, a0, a1, u0, u1, g0, g1, x + 6 * Next, lanes + 3 * Next, isFirst,
                    ref h30, ref h31, ref du0, ref du1, ref da0, ref da1);
                TLane.Store(du, du0);
                TLane.Store(da, da0);
                if (TCount.Value > 1)
                {
                    TLane.Store(du + apart, du1);
                    TLane.Store(da + apart, da1);
                }
            }
            h = carry + state;
            SsdForward.Store<TLane, TVector>(h, h00, h10, h20, h30);
            if (TCount.Value > 1)
                SsdForward.Store<TLane, TVector>(h + statesApart, h01, h11, h21, h31);
        }

        // One state, h_t = a h_{t-1} + u B_t; what is stored is h_{t-1}.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Forward<TLane, TVector, TCount>(
            float* b, TVector a0, TVector a1, TVector u0, TVector u1, TVector g0, TVector g1, float* x, float* dC, bool isFirst,
            ref TVector h0, ref TVector h1)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector enters = TLane.Broadcast(*b), sum = isFirst ? default : TLane.Load(dC);
            TLane.Store(x, h0);
            h0 = TLane.MultiplyAdd(a0, h0, TLane.Multiply(enters, u0));
            sum = TLane.MultiplyAdd(h0, g0, sum);
            if (TCount.Value > 1)
            {
                TLane.Store(x + Next, h1);
                h1 = TLane.MultiplyAdd(a1, h1, TLane.Multiply(enters, u1));
                sum = TLane.MultiplyAdd(h1, g1, sum);
            }
            TLane.Store(dC, sum);
        }

        // The same state; s becomes the gradient of h_t, then that of h_{t-1}.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Back<TLane, TVector, TCount>(
            float* b, float* c, TVector a0, TVector a1, TVector u0, TVector u1, TVector g0, TVector g1, float* x, float* dB, bool isFirst,
            ref TVector s0, ref TVector s1, ref TVector du0, ref TVector du1, ref TVector da0, ref TVector da1)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector enters = TLane.Broadcast(*b), leaves = TLane.Broadcast(*c), sum = isFirst ? default : TLane.Load(dB);
            s0 = TLane.MultiplyAdd(leaves, g0, s0);
            du0 = TLane.MultiplyAdd(enters, s0, du0);
            sum = TLane.MultiplyAdd(s0, u0, sum);
            da0 = TLane.MultiplyAdd(s0, TLane.Load(x), da0);
            s0 = TLane.Multiply(a0, s0);
            if (TCount.Value > 1)
            {
                s1 = TLane.MultiplyAdd(leaves, g1, s1);
                du1 = TLane.MultiplyAdd(enters, s1, du1);
                sum = TLane.MultiplyAdd(s1, u1, sum);
                da1 = TLane.MultiplyAdd(s1, TLane.Load(x + Next), da1);
                s1 = TLane.Multiply(a1, s1);
            }
            TLane.Store(dB, sum);
        }
    }
}
