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
        private const int Most = 6; // chunks that share the loads of the table

        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int done = 0; done < run.Count;)
            {
                int count = ChunkLayout.Share(run.Count - done, Most), k = descending ? run.Count - done - count : done;
                switch (count)
                {
                    case 6: Block<TLane, TVector, N6>(i, k); break;
                    case 5: Block<TLane, TVector, N5>(i, k); break;
                    case 4: Block<TLane, TVector, N4>(i, k); break;
                    case 3: Block<TLane, TVector, N3>(i, k); break;
                    case 2: Block<TLane, TVector, N2>(i, k); break;
                    default: Block<TLane, TVector, N1>(i, k); break;
                }
                done += count;
            }
        }

        // Packs a few chunks, and takes as many states at once as their sums fit the registers: 24 of 32 with the widest lanes, else 12
        // of 16.
        [SkipLocalsInit]
        private void Block<TLane, TVector, TCount>(int i, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            float* packedBuffer = stackalloc float[(Most * ChunkLayout.Rows + 1) * ChunkLayout.Group],
                packed = ChunkLayout.Align(packedBuffer);
            for (int m = 0; m < TCount.Value; m++)
                ChunkLayout.Pack<TLane, TVector>(
                    run.RowsOf(first + m) + i, run.Stride, run.LengthOf(first + m), run.Reverse,
                    packed + m * ChunkLayout.Rows * TLane.Count);
            int pairs = TLane.Count == ChunkLayout.Group ? states & ~1 : 0;
            if (pairs > 0)
                States<TLane, TVector, TCount, N2>(i, first, 0, pairs, packed);
            if (pairs < states)
                States<TLane, TVector, TCount, N1>(i, first, pairs, states, packed);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void States<TLane, TVector, TCount, TStates>(int i, int first, int from, int to, float* packed)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
            where TStates : ICount
        {
            const int Row = ChunkLayout.Group, Plane = ChunkLayout.Rows * Row;
            nint one = ChunkLayout.Rows * TLane.Count;
            nint start = ChunkLayout.OfState(i, states) + (nint)from * Row;
            float* t = table + ChunkLayout.OfTable(i, states) + (nint)from * 2 * Plane, s = boundary + start + (nint)first * width,
                a = power + start;
            for (int n = from; n < to; n += TStates.Value)
            {
                TVector r0 = default, i0 = default, p0 = default, q0 = default, r1 = default, i1 = default, p1 = default, q1 = default;
                TVector r2 = default, i2 = default, p2 = default, q2 = default, r3 = default, i3 = default, p3 = default, q3 = default;
                TVector r4 = default, i4 = default, p4 = default, q4 = default, r5 = default, i5 = default, p5 = default, q5 = default;
                float* re = t, v = packed;
                for (int p = 0; p < ChunkLayout.Rows; p++, re += Row, v += TLane.Count)
                {
                    TVector tr = TLane.Load(re), ti = TLane.Load(re + Plane), ur = default, ui = default;
                    if (TStates.Value > 1)
                        (ur, ui) = (TLane.Load(re + 2 * Plane), TLane.Load(re + 3 * Plane));
                    Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v), ref r0, ref i0, ref p0, ref q0);
                    if (TCount.Value > 1)
                        Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v + one), ref r1, ref i1, ref p1, ref q1);
                    if (TCount.Value > 2)
                        Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v + 2 * one), ref r2, ref i2, ref p2, ref q2);
                    if (TCount.Value > 3)
                        Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v + 3 * one), ref r3, ref i3, ref p3, ref q3);
                    if (TCount.Value > 4)
                        Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v + 4 * one), ref r4, ref i4, ref p4, ref q4);
                    if (TCount.Value > 5)
                        Add<TLane, TVector, TStates>(tr, ti, ur, ui, TLane.Load(v + 5 * one), ref r5, ref i5, ref p5, ref q5);
                }
                Chain<TLane, TVector, TCount>(first, a, s, r0, i0, r1, i1, r2, i2, r3, i3, r4, i4, r5, i5);
                if (TStates.Value > 1)
                    Chain<TLane, TVector, TCount>(first, a + Row, s + Row, p0, q0, p1, q1, p2, q2, p3, q3, p4, q4, p5, q5);
                t += TStates.Value * 2 * Plane;
                s += TStates.Value * Row;
                a += TStates.Value * Row;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector, TStates>(
            TVector tr, TVector ti, TVector ur, TVector ui, TVector v, ref TVector r, ref TVector i, ref TVector p, ref TVector q)
            where TLane : ILane<TVector>
            where TVector : struct
            where TStates : ICount
        {
            r = TLane.MultiplyAdd(tr, v, r);
            i = TLane.MultiplyAdd(ti, v, i);
            if (TStates.Value > 1)
            {
                p = TLane.MultiplyAdd(ur, v, p);
                q = TLane.MultiplyAdd(ui, v, q);
            }
        }

        // The states of one n, from the sums of the chunks.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Chain<TLane, TVector, TCount>(
            int first, float* a, float* s, TVector r0, TVector i0, TVector r1, TVector i1, TVector r2, TVector i2,
            TVector r3, TVector i3, TVector r4, TVector i4, TVector r5, TVector i5)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint plane = width / 2, slot = width;
            // The boundary that comes before these chunks, in the order in which chunks are taken.
            nint before = descending ? TCount.Value * slot : -slot;
            TVector ar = default, ai = default, xr = default, xi = default;
            if (power != null)
                (ar, ai) = (TLane.Load(a), TLane.Multiply(TLane.Broadcast(sign), TLane.Load(a + plane)));
            if (power != null && (descending ? first + TCount.Value < run.Count : continues || first > 0))
                (xr, xi) = (TLane.Load(s + before), TLane.Load(s + before + plane));
            if (descending)
            {
                if (TCount.Value > 5)
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r5, i5, s + 5 * slot, plane);
                if (TCount.Value > 4)
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r4, i4, s + 4 * slot, plane);
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
                if (TCount.Value > 4)
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r4, i4, s + 4 * slot, plane);
                if (TCount.Value > 5)
                    Carry<TLane, TVector>(ar, ai, ref xr, ref xi, r5, i5, s + 5 * slot, plane);
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
