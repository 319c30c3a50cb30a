using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Completes the states at the boundaries inside a piece, which <see cref="ChunkGather"/> began with a zero state, for one group of
/// channels: boundary k, counted in the scan's direction from the one where the true state x' stands, lacks <c>power^k x'</c>. Layout:
/// <see cref="ChunkLayout"/>. Two states at a time hide half of the latency of the recurrence.
/// </summary>
internal static unsafe class ChunkFollow
{
    /// <summary>Adds what the boundaries lack.</summary>
    /// <param name="channels">Channels of the group.</param>
    /// <param name="states">N.</param>
    /// <param name="width">Floats from a boundary to the next.</param>
    /// <param name="power">From the group's first value on.</param>
    /// <param name="boundaries">From the group's first value on: that of x', and those inside the piece.</param>
    /// <param name="count">Number of boundaries.</param>
    /// <param name="descending">Whether x' is the last in memory.</param>
    public static void Run(
        int channels, int states, int width, ReadOnlySpan<float> power, Span<float> boundaries, int count, bool descending)
    {
        nint first = descending ? (count - 1) * (nint)width : 0;
        fixed (float* a = power, x = boundaries)
            Elements.Run(new Kernel(states, width / 2, a, x + first, descending ? -width : width, count), channels);
    }

    /// <summary>
    /// The same for the gradients of these states, under the conjugated power. Then adds <c>sum_k s_k conj(x_(k-1))</c> to the gradient of
    /// the power, over the boundaries k inside the piece and the one where the true gradient stands; k - 1 comes before k in the scan.
    /// </summary>
    /// <param name="channels">Channels of the group.</param>
    /// <param name="states">N.</param>
    /// <param name="width">Floats from a boundary to the next.</param>
    /// <param name="power">From the group's first value on.</param>
    /// <param name="boundaries">x at all boundaries of the piece, from the group's first value on.</param>
    /// <param name="gradients">s at all boundaries of the piece, from the group's first value on.</param>
    /// <param name="chunks">Chunks of the piece, one less than boundaries.</param>
    /// <param name="reverse">Whether the scan runs from the end.</param>
    /// <param name="powerGradient">From the group's first value on; added to.</param>
    public static void Backward(
        int channels, int states, int width, ReadOnlySpan<float> power, ReadOnlySpan<float> boundaries, Span<float> gradients, int chunks,
        bool reverse, Span<float> powerGradient)
    {
        nint last = reverse ? 0 : chunks * (nint)width;
        fixed (float* a = power, x = boundaries, s = gradients, da = powerGradient)
            Elements.Run(
                new BackwardKernel(states, width / 2, a, x + last, s + last, reverse ? -width : width, chunks, da), channels);
    }

    private readonly struct Kernel(int states, nint plane, float* power, float* first, nint step, int count) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int n = 0; n < states; n += 2)
            {
                // With an odd N the last state is taken twice, side by side, and written twice alike.
                nint at = i + n * ChunkLayout.Group, next = n + 1 < states ? ChunkLayout.Group : 0;
                float* a = power + at, x = first + at;
                TVector ar = TLane.Load(a), ai = TLane.Load(a + plane), br = TLane.Load(a + next), bi = TLane.Load(a + plane + next);
                TVector xr = TLane.Load(x), xi = TLane.Load(x + plane), yr = TLane.Load(x + next), yi = TLane.Load(x + plane + next);
                for (int left = count - 1; left > 0; left--)
                {
                    x += step;
                    (xr, xi) = Product<TLane, TVector>(ar, ai, xr, xi);
                    (yr, yi) = Product<TLane, TVector>(br, bi, yr, yi);
                    TVector re = TLane.Add(TLane.Load(x), xr), im = TLane.Add(TLane.Load(x + plane), xi),
                        other = TLane.Add(TLane.Load(x + next), yr), otherIm = TLane.Add(TLane.Load(x + plane + next), yi);
                    TLane.Store(x, re);
                    TLane.Store(x + plane, im);
                    TLane.Store(x + next, other);
                    TLane.Store(x + plane + next, otherIm);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (TVector Re, TVector Im) Product<TLane, TVector>(TVector ar, TVector ai, TVector xr, TVector xi)
            where TLane : ILane<TVector>
            where TVector : struct
            => (TLane.MultiplySubtract(ai, xi, TLane.Multiply(ar, xr)), TLane.MultiplyAdd(ai, xr, TLane.Multiply(ar, xi)));
    }

    private readonly struct BackwardKernel(
        int states, nint plane, float* power, float* lastState, float* lastGradient, nint step, int chunks, float* powerGradient)
        : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int n = 0; n < states; n++)
            {
                nint at = i + n * ChunkLayout.Group;
                float* a = power + at, s = lastGradient + at, x = lastState + at - step, da = powerGradient + at;
                TVector ar = TLane.Load(a), ai = TLane.Load(a + plane), gr = TLane.Load(da), gi = TLane.Load(da + plane);
                TVector sr = TLane.Load(s), si = TLane.Load(s + plane), cr = sr, ci = si;
                for (int left = chunks - 1; left > 0; left--)
                {
                    s -= step;
                    x -= step;
                    TVector next = TLane.MultiplyAdd(ai, ci, TLane.Multiply(ar, cr));
                    ci = TLane.MultiplySubtract(ai, cr, TLane.Multiply(ar, ci));
                    cr = next;
                    TVector re = TLane.Add(TLane.Load(s), cr), im = TLane.Add(TLane.Load(s + plane), ci);
                    TLane.Store(s, re);
                    TLane.Store(s + plane, im);
                    AddProduct<TLane, TVector>(re, im, TLane.Load(x), TLane.Load(x + plane), ref gr, ref gi);
                }
                x = lastState + at - step;
                AddProduct<TLane, TVector>(sr, si, TLane.Load(x), TLane.Load(x + plane), ref gr, ref gi);
                TLane.Store(da, gr);
                TLane.Store(da + plane, gi);
            }
        }

        // g += s conj(x)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddProduct<TLane, TVector>(TVector sr, TVector si, TVector xr, TVector xi, ref TVector gr, ref TVector gi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            gr = TLane.MultiplyAdd(si, xi, TLane.MultiplyAdd(sr, xr, gr));
            gi = TLane.MultiplySubtract(sr, xi, TLane.MultiplyAdd(si, xr, gi));
        }
    }
}
