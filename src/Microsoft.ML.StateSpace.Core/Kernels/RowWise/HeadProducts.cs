using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Products of vectors (size) and matrices (size, size), one of each for every row and head. The heads are contiguous: vectors lie as
/// (rows, size, heads), matrices as (rows, size, size, heads). Results are assigned, and must be other memory than what is read.
/// </summary>
internal static unsafe class HeadProducts
{
    /// <summary><c>m_ij = a_i b_j</c>.</summary>
    public static void Outer(int heads, int size, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> m)
    {
        fixed (float* pa = a, pb = b, pm = m)
            Kernels.Columns.RunEach(new OuterKernel(pa, pb, pm, heads, size, a.Length / (heads * size)), heads);
    }

    /// <summary>The sum of the rows of the matrix with weights: <c>y_j = sum over i of a_i m_ij</c>.</summary>
    public static void Rows(int heads, int size, ReadOnlySpan<float> a, ReadOnlySpan<float> m, Span<float> y)
    {
        fixed (float* pa = a, pm = m, py = y)
            Kernels.Columns.RunEach(new SumKernel(pa, pm, py, heads, size, a.Length / (heads * size), size, 1), heads);
    }

    /// <summary>The sum of the columns of the matrix with weights: <c>y_i = sum over j of m_ij b_j</c>.</summary>
    public static void Columns(int heads, int size, ReadOnlySpan<float> m, ReadOnlySpan<float> b, Span<float> y)
    {
        fixed (float* pb = b, pm = m, py = y)
            Kernels.Columns.RunEach(new SumKernel(pb, pm, py, heads, size, b.Length / (heads * size), 1, size), heads);
    }

    private readonly struct OuterKernel(float* a, float* b, float* m, int heads, int size, int rows) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint vector = (nint)heads * size;
            float* left = a + column, right = b + column, to = m + column;
            for (int row = 0; row < rows; row++, right += vector)
            {
                for (int i = 0; i < size; i++, left += heads)
                {
                    TVector factor = TLane.Load(left);
                    for (int j = 0; j < size; j++, to += heads)
                        TLane.Store(to, TLane.Multiply(factor, TLane.Load(right + (nint)j * heads)));
                }
            }
        }
    }

    // Entry k of the result is the sum over n of weight n times the matrix entry at n * along + k * across, in heads.
    private readonly struct SumKernel(
        float* weights, float* m, float* y, int heads, int size, int rows, int along, int across) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint vector = (nint)heads * size, next = (nint)heads * along;
            float* w = weights + column, matrix = m + column, to = y + column;
            for (int row = 0; row < rows; row++, w += vector, matrix += vector * size)
            {
                for (int k = 0; k < size; k++, to += heads)
                {
                    TVector sum = default;
                    float* entry = matrix + (nint)heads * across * k;
                    for (int n = 0; n < size; n++, entry += next)
                        sum = TLane.MultiplyAdd(TLane.Load(w + (nint)n * heads), TLane.Load(entry), sum);
                    TLane.Store(to, sum);
                }
            }
        }
    }
}
