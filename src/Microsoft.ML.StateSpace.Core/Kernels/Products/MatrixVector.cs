using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The product of a row-major matrix and one vector, as a streaming step needs it for the matrices of a layer. Each row is a dot product
/// along memory. Four rows at a time share the loads of x, and nothing is packed. A dot product sums in lanes, <see cref="Gemm"/> in one
/// order, so their results differ by roundings.
/// </summary>
internal static unsafe class MatrixVector
{
    /// <summary><c>y = bias + A x</c> with A of (y.Length, x.Length); an empty <paramref name="bias"/> stands for zeros.</summary>
    public static void Multiply(ReadOnlySpan<float> matrix, ReadOnlySpan<float> x, ReadOnlySpan<float> bias, Span<float> y)
    {
        int rows = y.Length, columns = x.Length;
        Debug.Assert(matrix.Length == rows * columns, "the matrix is (y.Length, x.Length)");
        Debug.Assert(bias.IsEmpty || bias.Length == rows, "one bias a row");
        fixed (float* a = matrix, px = x, b = bias, py = y)
        {
            if (Vector512.IsHardwareAccelerated && columns >= Lane512.Count)
                Run<Lane512, Vector512<float>>(a, px, b, py, rows, columns);
            else if (Vector256.IsHardwareAccelerated && columns >= Lane256.Count)
                Run<Lane256, Vector256<float>>(a, px, b, py, rows, columns);
            else if (Vector128.IsHardwareAccelerated && columns >= Lane128.Count)
                Run<Lane128, Vector128<float>>(a, px, b, py, rows, columns);
            else
                Run<LaneScalar, float>(a, px, b, py, rows, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLane, TVector>(float* a, float* x, float* bias, float* y, int rows, int columns)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int whole = columns - columns % TLane.Count, rest = columns - whole, last = columns - TLane.Count;
        TVector tail = rest > 0 ? TLane.KeepLast(TLane.Load(x + last), rest) : default;
        int i = 0;
        for (; i + 4 <= rows; i += 4)
        {
            float* a0 = a + (nint)i * columns, a1 = a0 + columns, a2 = a1 + columns, a3 = a2 + columns;
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            for (int j = 0; j < whole; j += TLane.Count)
            {
                TVector v = TLane.Load(x + j);
                s0 = TLane.MultiplyAdd(v, TLane.Load(a0 + j), s0);
                s1 = TLane.MultiplyAdd(v, TLane.Load(a1 + j), s1);
                s2 = TLane.MultiplyAdd(v, TLane.Load(a2 + j), s2);
                s3 = TLane.MultiplyAdd(v, TLane.Load(a3 + j), s3);
            }
            if (rest > 0)
            {
                s0 = TLane.MultiplyAdd(tail, TLane.Load(a0 + last), s0);
                s1 = TLane.MultiplyAdd(tail, TLane.Load(a1 + last), s1);
                s2 = TLane.MultiplyAdd(tail, TLane.Load(a2 + last), s2);
                s3 = TLane.MultiplyAdd(tail, TLane.Load(a3 + last), s3);
            }
            y[i] = Start(bias, i) + TLane.Sum(s0);
            y[i + 1] = Start(bias, i + 1) + TLane.Sum(s1);
            y[i + 2] = Start(bias, i + 2) + TLane.Sum(s2);
            y[i + 3] = Start(bias, i + 3) + TLane.Sum(s3);
        }
        for (; i < rows; i++)
        {
            float* row = a + (nint)i * columns;
            TVector s = default;
            for (int j = 0; j < whole; j += TLane.Count)
                s = TLane.MultiplyAdd(TLane.Load(x + j), TLane.Load(row + j), s);
            if (rest > 0)
                s = TLane.MultiplyAdd(tail, TLane.Load(row + last), s);
            y[i] = Start(bias, i) + TLane.Sum(s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Start(float* bias, int row) => bias == null ? 0 : bias[row];
}
