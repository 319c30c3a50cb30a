using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The outputs of the steps of a chunk, each channel by itself: what they get from the states at the chunk's boundary and from the inputs
/// of the chunk. <c>y_(k,p) = sum_n table_(n,p) . states_(k,n) + sum_(q &lt;= p) kernel_(p-q) v_(k,q)</c>, where the dot is over the two
/// planes and p counts the steps of chunk k, from its start or from its end. In the forward pass v is the input and the table is the
/// read-out; in the backward pass v is the gradient of the output and the table holds the powers of the poles. Layout:
/// <see cref="ChunkLayout"/>.
/// </summary>
internal static unsafe class ChunkSpread
{
    /// <summary>
    /// Assigns or adds to the rows of y, which lie like those of v. With no <paramref name="states"/> there is only the kernel's part. With
    /// an empty <paramref name="kernel"/> there is only the states' part, and v is not read.
    /// </summary>
    public static void Run(
        in ChannelRows rows, ChunkRange range, ReadOnlySpan<float> table, int states,
        ReadOnlySpan<float> boundaries, int width, ReadOnlySpan<float> kernel,
        Span<float> output, bool accumulate)
    {
        if (range.Count == 0)
            return;
        fixed (float* v = rows.Values, t = table, x = boundaries, k = kernel, y = output)
            Elements.Run(new Kernel(new ChunkRun(v, rows, range), t, states, x, width, k, y, accumulate), rows.Channels);
    }

    private readonly struct Kernel(
        ChunkRun run, float* table, int states, float* boundary, int width, float* kernel, float* y, bool accumulate) : IElementKernel
    {
        private const int Block = 4; // steps of a tile
        private const int Most = 6; // chunks that share the loads of the table
        private const int MostStates = 256; // states of these chunks together

        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            // Six chunks take 24 sums, which fit the registers of the widest lanes only. Their packed states stay in the first-level cache.
            int most = TLane.Count == ChunkLayout.Group ? Math.Clamp(MostStates / Math.Max(1, states), 1, Most) : 2;
            for (int k = 0; k < run.Count;)
            {
                int count = ChunkLayout.Share(run.Count - k, most);
                switch (count)
                {
                    case 6: Chunks<TLane, TVector, N6>(i, k); break;
                    case 5: Chunks<TLane, TVector, N5>(i, k); break;
                    case 4: Chunks<TLane, TVector, N4>(i, k); break;
                    case 3: Chunks<TLane, TVector, N3>(i, k); break;
                    case 2: Chunks<TLane, TVector, N2>(i, k); break;
                    default: Chunks<TLane, TVector, N1>(i, k); break;
                }
                k += count;
            }
        }

        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Chunks<TLane, TVector, TCount>(int i, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            const int Row = ChunkLayout.Group, Plane = ChunkLayout.Rows * Row;
            float* packedBuffer = stackalloc float[(Most * ChunkLayout.Rows + 1) * ChunkLayout.Group],
                packed = ChunkLayout.Align(packedBuffer);
            float* tileBuffer = stackalloc float[(Most * Block + 1) * ChunkLayout.Group], tile = ChunkLayout.Align(tileBuffer);
            float* xBuffer = stackalloc float[(TCount.Value * 2 * states + 1) * ChunkLayout.Group], x0 = ChunkLayout.Align(xBuffer);
            nint one = ChunkLayout.Rows * TLane.Count, lane = TLane.Count;
            PackStates<TLane, TVector, TCount>(boundary + ChunkLayout.OfState(i, states) + (nint)first * width, x0);
            int longest = run.LengthOf(first);
            for (int m = 0; m < TCount.Value && kernel != null; m++)
                ChunkLayout.Pack<TLane, TVector>(
                    run.RowsOf(first + m) + i, run.Stride, run.LengthOf(first + m), run.Reverse, packed + m * one);
            float* k0 = kernel + ChunkLayout.OfKernel(i);
            for (int p = 0; p < longest; p += Block)
            {
                TVector a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
                TVector c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
                TVector e0 = default, e1 = default, e2 = default, e3 = default, f0 = default, f1 = default, f2 = default, f3 = default;
                float* t = table + ChunkLayout.OfTable(i, states) + p * Row, x = x0;
                for (int left = 2 * states; left > 0; left--, t += Plane, x += TCount.Value * lane)
                {
                    TVector t0 = TLane.Load(t), t1 = TLane.Load(t + Row), t2 = TLane.Load(t + 2 * Row), t3 = TLane.Load(t + 3 * Row);
                    Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x), ref a0, ref a1, ref a2, ref a3);
                    if (TCount.Value > 1)
                        Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x + lane), ref b0, ref b1, ref b2, ref b3);
                    if (TCount.Value > 2)
                        Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x + 2 * lane), ref c0, ref c1, ref c2, ref c3);
                    if (TCount.Value > 3)
                        Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x + 3 * lane), ref d0, ref d1, ref d2, ref d3);
                    if (TCount.Value > 4)
                        Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x + 4 * lane), ref e0, ref e1, ref e2, ref e3);
                    if (TCount.Value > 5)
                        Add<TLane, TVector>(t0, t1, t2, t3, TLane.Load(x + 5 * lane), ref f0, ref f1, ref f2, ref f3);
                }
                if (kernel != null)
                {
                    float* v = packed, g = k0 + p * Row;
                    for (int q = 0; q < p; q++, v += lane, g -= Row)
                    {
                        TVector g0 = TLane.Load(g), g1 = TLane.Load(g + Row), g2 = TLane.Load(g + 2 * Row), g3 = TLane.Load(g + 3 * Row);
                        Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v), ref a0, ref a1, ref a2, ref a3);
                        if (TCount.Value > 1)
                            Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v + one), ref b0, ref b1, ref b2, ref b3);
                        if (TCount.Value > 2)
                            Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v + 2 * one), ref c0, ref c1, ref c2, ref c3);
                        if (TCount.Value > 3)
                            Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v + 3 * one), ref d0, ref d1, ref d2, ref d3);
                        if (TCount.Value > 4)
                            Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v + 4 * one), ref e0, ref e1, ref e2, ref e3);
                        if (TCount.Value > 5)
                            Add<TLane, TVector>(g0, g1, g2, g3, TLane.Load(v + 5 * one), ref f0, ref f1, ref f2, ref f3);
                    }
                    TVector h0 = TLane.Load(k0), h1 = TLane.Load(k0 + Row), h2 = TLane.Load(k0 + 2 * Row), h3 = TLane.Load(k0 + 3 * Row);
                    Triangle<TLane, TVector>(h0, h1, h2, h3, v, ref a0, ref a1, ref a2, ref a3);
                    if (TCount.Value > 1)
                        Triangle<TLane, TVector>(h0, h1, h2, h3, v + one, ref b0, ref b1, ref b2, ref b3);
                    if (TCount.Value > 2)
                        Triangle<TLane, TVector>(h0, h1, h2, h3, v + 2 * one, ref c0, ref c1, ref c2, ref c3);
                    if (TCount.Value > 3)
                        Triangle<TLane, TVector>(h0, h1, h2, h3, v + 3 * one, ref d0, ref d1, ref d2, ref d3);
                    if (TCount.Value > 4)
                        Triangle<TLane, TVector>(h0, h1, h2, h3, v + 4 * one, ref e0, ref e1, ref e2, ref e3);
                    if (TCount.Value > 5)
                        Triangle<TLane, TVector>(h0, h1, h2, h3, v + 5 * one, ref f0, ref f1, ref f2, ref f3);
                }

                Put<TLane, TVector>(tile, a0, a1, a2, a3);
                if (TCount.Value > 1)
                    Put<TLane, TVector>(tile + Block * lane, b0, b1, b2, b3);
                if (TCount.Value > 2)
                    Put<TLane, TVector>(tile + 2 * Block * lane, c0, c1, c2, c3);
                if (TCount.Value > 3)
                    Put<TLane, TVector>(tile + 3 * Block * lane, d0, d1, d2, d3);
                if (TCount.Value > 4)
                    Put<TLane, TVector>(tile + 4 * Block * lane, e0, e1, e2, e3);
                if (TCount.Value > 5)
                    Put<TLane, TVector>(tile + 5 * Block * lane, f0, f1, f2, f3);
                for (int m = 0; m < TCount.Value; m++)
                    Write<TLane, TVector>(i, first + m, p, tile + m * Block * lane);
            }
        }

        // Packs the states of a few chunks: (N, 2, chunks, lanes). Apart they would lie on as many pages as there are chunks and planes.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void PackStates<TLane, TVector, TCount>(float* from, float* to)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            for (int m = 0; m < TCount.Value; m++, from += width, to += TLane.Count)
            {
                float* x = from, packed = to;
                for (int n = 0; n < states; n++, x += ChunkLayout.Group, packed += 2 * TCount.Value * TLane.Count)
                {
                    TLane.Store(packed, TLane.Load(x));
                    TLane.Store(packed + TCount.Value * TLane.Count, TLane.Load(x + width / 2));
                }
            }
        }

        // Writes the rows of a tile that the chunk has.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Write<TLane, TVector>(int i, int chunk, int p, float* tile)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int length = run.LengthOf(chunk), end = Math.Min(p + Block, length);
            float* rows = y + (run.RowsOf(chunk) - run.Sequence) + i;
            for (; p < end; p++, tile += TLane.Count)
            {
                float* to = rows + (nint)(run.Reverse ? length - 1 - p : p) * run.Stride;
                TLane.Store(to, accumulate ? TLane.Add(TLane.Load(to), TLane.Load(tile)) : TLane.Load(tile));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector>(
            TVector t0, TVector t1, TVector t2, TVector t3, TVector x, ref TVector y0, ref TVector y1, ref TVector y2, ref TVector y3)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            y0 = TLane.MultiplyAdd(t0, x, y0);
            y1 = TLane.MultiplyAdd(t1, x, y1);
            y2 = TLane.MultiplyAdd(t2, x, y2);
            y3 = TLane.MultiplyAdd(t3, x, y3);
        }

        // The inputs of the tile's own steps: an output gets nothing from inputs that come later.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Triangle<TLane, TVector>(
            TVector k0, TVector k1, TVector k2, TVector k3, float* v, ref TVector y0, ref TVector y1, ref TVector y2, ref TVector y3)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector x = TLane.Load(v);
            y0 = TLane.MultiplyAdd(k0, x, y0);
            y1 = TLane.MultiplyAdd(k1, x, y1);
            y2 = TLane.MultiplyAdd(k2, x, y2);
            y3 = TLane.MultiplyAdd(k3, x, y3);
            x = TLane.Load(v + TLane.Count);
            y1 = TLane.MultiplyAdd(k0, x, y1);
            y2 = TLane.MultiplyAdd(k1, x, y2);
            y3 = TLane.MultiplyAdd(k2, x, y3);
            x = TLane.Load(v + 2 * TLane.Count);
            y2 = TLane.MultiplyAdd(k0, x, y2);
            y3 = TLane.MultiplyAdd(k1, x, y3);
            y3 = TLane.MultiplyAdd(k0, TLane.Load(v + 3 * TLane.Count), y3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put<TLane, TVector>(float* to, TVector y0, TVector y1, TVector y2, TVector y3)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(to, y0);
            TLane.Store(to + TLane.Count, y1);
            TLane.Store(to + 2 * TLane.Count, y2);
            TLane.Store(to + 3 * TLane.Count, y3);
        }
    }
}
