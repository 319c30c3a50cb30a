using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The sums over the lanes of several vectors. As many vectors as a vector has lanes are folded into one another, so that one vector of
/// sums comes out: three operations for two vectors, where a sum by itself takes some fourteen.
/// </summary>
internal static unsafe class LaneSums
{
    /// <summary>Stores the sum of each of <paramref name="count"/> vectors, whose starts lie some floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane, TVector>(float* vectors, nint apart, int count, float* sums)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int i = 0;
        if (Avx512F.IsSupported && TLane.Count == Vector512<float>.Count)
        {
            for (; i + Vector512<float>.Count <= count; i += Vector512<float>.Count)
                Sixteen(vectors + i * apart, apart).Store(sums + i);
        }
        else if (Avx.IsSupported && TLane.Count == Vector256<float>.Count)
        {
            for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
                Eight(vectors + i * apart, apart).Store(sums + i);
        }
        for (; i < count; i++)
            sums[i] = TLane.Sum(TLane.Load(vectors + i * apart));
    }

    private static Vector512<float> Sixteen(float* v, nint apart)
    {
        Vector512<float> a = Pair(Four512(v, apart), Four512(v + 4 * apart, apart)),
            b = Pair(Four512(v + 8 * apart, apart), Four512(v + 12 * apart, apart));
        return Pair(a, b);
    }

    // In each quarter the sums over that quarter of four vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Four512(float* v, nint apart)
    {
        Vector512<float> v0 = Vector512.Load(v), v1 = Vector512.Load(v + apart), v2 = Vector512.Load(v + 2 * apart),
            v3 = Vector512.Load(v + 3 * apart);
        Vector512<float> p = Avx512F.UnpackLow(v0, v1) + Avx512F.UnpackHigh(v0, v1),
            q = Avx512F.UnpackLow(v2, v3) + Avx512F.UnpackHigh(v2, v3);
        return Avx512F.Shuffle(p, q, 0b01_00_01_00) + Avx512F.Shuffle(p, q, 0b11_10_11_10);
    }

    // The sums of the first two quarters and of the last two, of x, then of y.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pair(Vector512<float> x, Vector512<float> y)
        => Avx512F.Shuffle4x128(x, y, 0b10_00_10_00) + Avx512F.Shuffle4x128(x, y, 0b11_01_11_01);

    private static Vector256<float> Eight(float* v, nint apart)
    {
        Vector256<float> x = Four256(v, apart), y = Four256(v + 4 * apart, apart);
        return Avx.Permute2x128(x, y, 0x20) + Avx.Permute2x128(x, y, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Four256(float* v, nint apart)
    {
        Vector256<float> v0 = Vector256.Load(v), v1 = Vector256.Load(v + apart), v2 = Vector256.Load(v + 2 * apart),
            v3 = Vector256.Load(v + 3 * apart);
        Vector256<float> p = Avx.UnpackLow(v0, v1) + Avx.UnpackHigh(v0, v1), q = Avx.UnpackLow(v2, v3) + Avx.UnpackHigh(v2, v3);
        return Avx.Shuffle(p, q, 0b01_00_01_00) + Avx.Shuffle(p, q, 0b11_10_11_10);
    }
}
