using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Takes the gradient of a table of powers back to that of the pole and of the value that the powers start from: <see cref="ChunkPowers"/>
/// backwards, each channel by itself. The rows of a table are <c>e_p = pole e_(p-1)</c>. Complex gradients are (d/d Re, d/d Im). Layout:
/// <see cref="ChunkLayout"/>; poles and starts lie like the states of a boundary, with their two planes <c>plane</c> floats apart.
/// </summary>
internal static unsafe class ChunkFold
{
    /// <summary>
    /// The gradient of the table <c>pole^p</c>; <paramref name="last"/> is that of <c>pole^Rows</c>. Adds to the gradient of the poles.
    /// </summary>
    public static void Powers(
        int channels, int states, int plane, ReadOnlySpan<float> pole,
        ReadOnlySpan<float> table, ReadOnlySpan<float> tableGradient, ReadOnlySpan<float> last,
        Span<float> poleGradient)
    {
        fixed (float* a = pole, t = table, g = tableGradient, z = last, da = poleGradient)
            Elements.Run(new PowersKernel(states, plane, a, t, g, z, da), channels);
    }

    /// <summary>
    /// The gradient of the read-out: of its table, the planes <c>(Re, -Im)</c> of <c>start pole^(p+1)</c>, and of its kernel
    /// <c>sum_n Re(start pole^p)</c>. Adds to the gradients of poles and starts.
    /// </summary>
    public static void ReadOut(
        int channels, int states, int plane, ReadOnlySpan<float> pole, ReadOnlySpan<float> start,
        ReadOnlySpan<float> table, ReadOnlySpan<float> tableGradient,
        ReadOnlySpan<float> kernelGradient,
        Span<float> poleGradient, Span<float> startGradient)
    {
        fixed (float* a = pole, c = start, t = table, g = tableGradient, k = kernelGradient, da = poleGradient, dc = startGradient)
            Elements.Run(new ReadOutKernel(states, plane, a, c, t, g, k, da, dc), channels);
    }

    private readonly struct PowersKernel(
        int states, int plane, float* pole, float* table, float* tableGradient, float* last, float* poleGradient) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            const int Row = ChunkLayout.Group, Plane = ChunkLayout.Rows * Row;
            nint s = ChunkLayout.OfState(i, states), t = ChunkLayout.OfTable(i, states);
            for (int n = 0; n < states; n++, s += Row, t += 2 * Plane)
            {
                TVector ar = TLane.Load(pole + s), ai = TLane.Load(pole + plane + s),
                    mr = TLane.Load(last + s), mi = TLane.Load(last + plane + s);
                TVector gr = TLane.Load(poleGradient + s), gi = TLane.Load(poleGradient + plane + s);
                for (nint p = t + Plane - Row; p >= t; p -= Row)
                {
                    AddProduct<TLane, TVector>(mr, mi, TLane.Load(table + p), TLane.Load(table + p + Plane), ref gr, ref gi);
                    Carry<TLane, TVector>(ar, ai, TLane.Load(tableGradient + p), TLane.Load(tableGradient + p + Plane), ref mr, ref mi);
                }
                TLane.Store(poleGradient + s, gr);
                TLane.Store(poleGradient + plane + s, gi);
            }
        }
    }

    private readonly struct ReadOutKernel(
        int states, int plane, float* pole, float* start, float* table, float* tableGradient, float* kernelGradient, float* poleGradient,
        float* startGradient) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            const int Row = ChunkLayout.Group, Plane = ChunkLayout.Rows * Row;
            nint s = ChunkLayout.OfState(i, states), t = ChunkLayout.OfTable(i, states);
            float* k = kernelGradient + ChunkLayout.OfKernel(i);
            TVector zero = default;
            for (int n = 0; n < states; n++, s += Row, t += 2 * Plane)
            {
                TVector ar = TLane.Load(pole + s), ai = TLane.Load(pole + plane + s);
                TVector gr = TLane.Load(poleGradient + s), gi = TLane.Load(poleGradient + plane + s);
                nint p = t + Plane - Row;
                float* later = k + Plane - Row;
                TVector mr = TLane.Load(tableGradient + p), mi = TLane.Subtract(zero, TLane.Load(tableGradient + p + Plane));
                for (p -= Row; p >= t; p -= Row, later -= Row)
                {
                    AddProduct<TLane, TVector>(
                        mr, mi, TLane.Load(table + p), TLane.Subtract(zero, TLane.Load(table + p + Plane)), ref gr, ref gi);
                    TVector re = TLane.Add(TLane.Load(tableGradient + p), TLane.Load(later)),
                        im = TLane.Subtract(zero, TLane.Load(tableGradient + p + Plane));
                    Carry<TLane, TVector>(ar, ai, re, im, ref mr, ref mi);
                }
                AddProduct<TLane, TVector>(mr, mi, TLane.Load(start + s), TLane.Load(start + plane + s), ref gr, ref gi);
                Carry<TLane, TVector>(ar, ai, TLane.Load(later), zero, ref mr, ref mi);
                TLane.Store(poleGradient + s, gr);
                TLane.Store(poleGradient + plane + s, gi);
                TLane.Store(startGradient + s, TLane.Add(TLane.Load(startGradient + s), mr));
                TLane.Store(startGradient + plane + s, TLane.Add(TLane.Load(startGradient + plane + s), mi));
            }
        }
    }

    // g += m conj(x)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct<TLane, TVector>(TVector mr, TVector mi, TVector xr, TVector xi, ref TVector gr, ref TVector gi)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        gr = TLane.MultiplyAdd(mi, xi, TLane.MultiplyAdd(mr, xr, gr));
        gi = TLane.MultiplySubtract(mr, xi, TLane.MultiplyAdd(mi, xr, gi));
    }

    // m = conj(a) m + g
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry<TLane, TVector>(TVector ar, TVector ai, TVector gr, TVector gi, ref TVector mr, ref TVector mi)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector next = TLane.MultiplyAdd(ai, mi, TLane.MultiplyAdd(ar, mr, gr));
        mi = TLane.MultiplySubtract(ai, mr, TLane.MultiplyAdd(ar, mi, gi));
        mr = next;
    }
}
