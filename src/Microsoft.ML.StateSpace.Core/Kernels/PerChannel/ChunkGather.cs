using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The states at the boundaries of chunks, each channel by itself: <c>states_k = power states_(k-1) + sum_p table_p v_(k,p)</c>, where p
/// counts the steps of chunk k, from its start or from its end. When the chunks are taken in descending order, k + 1 takes the place of k -
/// 1. The power may be conjugated. The state before the first chunk is zero; without a power, states are the sums alone. In the forward
/// pass v is the input and the table holds the powers of the poles; in the backward pass v is the gradient of the output and the table is
/// the read-out. Layout: <see cref="ChunkLayout"/>.
/// </summary>
internal static unsafe class ChunkGather
{
    /// <summary>
    /// Assigns the states of the chunks, in the order of memory. The states of the next chunk lie <paramref name="width"/> floats further.
    /// If it <paramref name="continues"/>, which ascending chunks can, the state before the first chunk is not zero but lies
    /// <paramref name="width"/> floats before that chunk's.
    /// </summary>
    public static void Run(
        in ChannelRows rows, ChunkRange range, ReadOnlySpan<float> table, int states,
        Span<float> boundaries, int width, ReadOnlySpan<float> power,
        bool conjugate, bool descending, bool continues = false)
    {
        if (range.Count == 0 || states == 0)
            return;
        fixed (float* v = rows.Values, t = table, x = boundaries, a = power)
            Elements.Run(
                new Kernel(new ChunkRun(v, rows, range), t, states, x, width, a, conjugate ? -1 : 1, descending, continues), rows.Channels);
    }

    private readonly struct Kernel(
        ChunkRun run, float* table, int states, float* boundary, int width, float* power, float sign, bool descending, bool continues)
        : IElementKernel
    {
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int rest = run.Count % 4, k = descending ? run.Count : 0;
            for (int left = run.Count / 4; left > 0; left--)
            {
                if (descending)
                    k -= 4;
                Block<TLane, TVector, N4>(i, k);
                if (!descending)
                    k += 4;
            }
            switch (rest)
            {
                case 3: Block<TLane, TVector, N3>(i, descending ? 0 : k); break;
                case 2: Block<TLane, TVector, N2>(i, descending ? 0 : k); break;
                case 1: Block<TLane, TVector, N1>(i, descending ? 0 : k); break;
            }
        }

        // Handles a few chunks at once, which share the loads of the table.
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<TLane, TVector, TCount>(int i, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            float* packedBuffer = stackalloc float[(4 * ChunkLayout.Rows + 1) * ChunkLayout.Group],
                packed = ChunkLayout.Align(packedBuffer);
            nint one = ChunkLayout.Rows * TLane.Count, plane = width / 2, row = ChunkLayout.Group, slot = width;
            float* t = table + ChunkLayout.OfTable(i, states), s = boundary + ChunkLayout.OfState(i, states) + first * slot,
                a = power + ChunkLayout.OfState(i, states);
            // The boundary that comes before these chunks, in the order in which chunks are taken.
            nint before = descending ? TCount.Value * slot : -slot;
            bool follows = power != null && (descending ? first + TCount.Value < run.Count : continues || first > 0);
            for (int m = 0; m < TCount.Value; m++)
                ChunkLayout.Pack<TLane, TVector>(
                    run.RowsOf(first + m) + i, run.Stride, run.LengthOf(first + m), run.Reverse, packed + m * one);
            for (int n = 0; n < states; n++, t += 2 * ChunkLayout.Rows * row, s += row, a += row)
            {
                TVector r0 = default, i0 = default, r1 = default, i1 = default, r2 = default, i2 = default, r3 = default, i3 = default;
                float* re = t, im = t + ChunkLayout.Rows * row, v = packed;
                for (int p = 0; p < ChunkLayout.Rows; p++, re += row, im += row, v += TLane.Count)
                {
                    TVector tr = TLane.Load(re), ti = TLane.Load(im), x = TLane.Load(v);
                    r0 = TLane.MultiplyAdd(tr, x, r0);
                    i0 = TLane.MultiplyAdd(ti, x, i0);
                    if (TCount.Value > 1)
                    {
                        x = TLane.Load(v + one);
                        r1 = TLane.MultiplyAdd(tr, x, r1);
                        i1 = TLane.MultiplyAdd(ti, x, i1);
                    }
                    if (TCount.Value > 2)
                    {
                        x = TLane.Load(v + 2 * one);
                        r2 = TLane.MultiplyAdd(tr, x, r2);
                        i2 = TLane.MultiplyAdd(ti, x, i2);
                    }
                    if (TCount.Value > 3)
                    {
                        x = TLane.Load(v + 3 * one);
                        r3 = TLane.MultiplyAdd(tr, x, r3);
                        i3 = TLane.MultiplyAdd(ti, x, i3);
                    }
                }
                TVector ar = default, ai = default, xr = default, xi = default;
                if (power != null)
                    (ar, ai) = (TLane.Load(a), TLane.Multiply(TLane.Broadcast(sign), TLane.Load(a + plane)));
                if (follows)
                    (xr, xi) = (TLane.Load(s + before), TLane.Load(s + before + plane));
                if (descending)
                {
                    if (TCount.Value > 3)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r3, i3, s + 3 * slot, plane);
                    if (TCount.Value > 2)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r2, i2, s + 2 * slot, plane);
                    if (TCount.Value > 1)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r1, i1, s + slot, plane);
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r0, i0, s, plane);
                }
                else
                {
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r0, i0, s, plane);
                    if (TCount.Value > 1)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r1, i1, s + slot, plane);
                    if (TCount.Value > 2)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r2, i2, s + 2 * slot, plane);
                    if (TCount.Value > 3)
                        Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r3, i3, s + 3 * slot, plane);
                }
            }
        }

        // x = a x + v, which is then stored.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Carry<TLane, TVector>(
            TVector ar, TVector ai, ref TVector xr, ref TVector xi, TVector real, TVector imaginary, float* to, nint plane)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector next = TLane.MultiplySubtract(ai, xi, TLane.MultiplyAdd(ar, xr, real));
            xi = TLane.MultiplyAdd(ai, xr, TLane.MultiplyAdd(ar, xi, imaginary));
            xr = next;
            TLane.Store(to, xr);
            TLane.Store(to + plane, xi);
        }
    }
}
