using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Matrix products over row-major matrices. The columns of c are cut into panels two vectors wide, its rows into strips of
/// <see cref="GemmTile.Rows"/>, and k into blocks. The part of b that belongs to one block and a run of panels is packed on the stack, in
/// the order in which the tiles read it. a is read where it lies.
/// </summary>
internal static unsafe class Gemm
{
    // A panel of 256 steps takes 32 KB with the widest lanes, which fits the first-level cache. What is packed at a time takes 128 KB, a
    // part of the second-level cache.
    private const int MaxSteps = 256, MaxPacked = 32 * 1024;

    // Rows that are multiplied with one panel of b before the next panel is taken. Their part of a stays in the second-level cache.
    private const int RowBlock = 16 * GemmTile.Rows;

    // With fewer rows, packing b costs more than reading it with its own stride.
    private const int RowsWorthPacking = 2 * GemmTile.Rows + 1;

    /// <summary>
    /// <c>c = op(a) op(b)</c>, or <c>c += op(a) op(b)</c> when <paramref name="accumulate"/>: op(a) is (m, k), op(b) is (k, n), c is (m,
    /// n).
    /// Every element of c is summed over k in ascending order, starting from 0 or from its old value, with one multiply-add a step. This
    /// order does not depend on m, on where the row stands, or on the tile that the element falls in. Steps of k in which an operand has
    /// only zeros change nothing.
    /// </summary>
    public static void Multiply(
        int m, int n, int k,
        ReadOnlySpan<float> a, int strideA, bool transposeA,
        ReadOnlySpan<float> b, int strideB, bool transposeB,
        Span<float> c, int strideC, bool accumulate)
    {
        if (m <= 0 || n <= 0)
            return;
        Debug.Assert(c.Length >= (m - 1) * strideC + n, "c is too short");
        if (k <= 0)
        {
            for (int i = 0; i < m && !accumulate; i++)
                c.Slice(i * strideC, n).Clear();
            return;
        }
        Debug.Assert(a.Length >= (transposeA ? (k - 1) * strideA + m : (m - 1) * strideA + k), "a is too short");
        Debug.Assert(b.Length >= (transposeB ? (n - 1) * strideB + k : (k - 1) * strideB + n), "b is too short");

        fixed (float* pa = a, pb = b, pc = c)
        {
            var product = new Product(
                m, k, pa, transposeA ? 1 : strideA, transposeA ? strideA : 1,
                pb, transposeB ? 1 : strideB, transposeB ? strideB : 1,
                pc, strideC, accumulate);
            int done = 0;
            // A width without columns is not called, and so never compiled.
            if (Vector512.IsHardwareAccelerated && Whole(n, 2 * Lane512.Count) > 0)
                done = MultiplyColumns<Lane512, Vector512<float>>(product, done, done + Whole(n - done, 2 * Lane512.Count));
            if (Vector256.IsHardwareAccelerated && Whole(n - done, 2 * Lane256.Count) > 0)
                done = MultiplyColumns<Lane256, Vector256<float>>(product, done, done + Whole(n - done, 2 * Lane256.Count));
            if (Vector128.IsHardwareAccelerated && done < n)
                MultiplyColumns<Lane128, Vector128<float>>(product, done, n);
            else if (done < n)
                MultiplyColumns<LaneScalar, float>(product, done, n);
        }
    }

    // The columns that are worth taking with panels of this width. A last panel that would be at most half full is left to narrower lanes.
    private static int Whole(int columns, int panel) => columns % panel > panel / 2 ? columns : columns - columns % panel;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int MultiplyColumns<TLane, TVector>(in Product g, int from, int to)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        if (from >= to)
            return from;
        int panel = 2 * TLane.Count;
        int steps = DivideUp(g.K, DivideUp(g.K, MaxSteps)),
            across = Math.Min(DivideUp(to - from, panel) * panel, MaxPacked / steps / panel * panel);
        bool direct = g.M < RowsWorthPacking && g.ColumnB == 1;
        float* packedBuffer = stackalloc float[steps * (direct ? panel : across) + 16], packed = Align(packedBuffer);
        float* edgeBuffer = stackalloc float[GemmTile.Rows * panel + 16], edge = Align(edgeBuffer);

        for (int p = 0; p < g.K; p += steps)
        {
            int depth = Math.Min(steps, g.K - p);
            bool load = g.Accumulate || p > 0;
            for (int first = from; first < to; first += across)
            {
                int last = Math.Min(first + across, to);
                for (int j = first; j < last; j += panel)
                {
                    if (direct && j + panel <= last)
                        continue;
                    float* b = g.B + (nint)p * g.StepB + (nint)j * g.ColumnB;
                    GemmPack.Pack(
                        b, g.StepB, g.ColumnB, depth, Math.Min(panel, last - j), panel, packed + (direct ? 0 : (j - first) * depth));
                }
                for (int block = 0; block < g.M; block += RowBlock)
                {
                    int end = Math.Min(block + RowBlock, g.M);
                    for (int j = first; j < last; j += panel)
                    {
                        bool inPlace = direct && j + panel <= last;
                        float* b = inPlace ? g.B + (nint)p * g.StepB + j : packed + (direct ? 0 : (j - first) * depth);
                        nint stepB = inPlace ? g.StepB : panel;
                        for (int i = block; i < end; i += GemmTile.Rows)
                        {
                            int rows = Math.Min(GemmTile.Rows, end - i), columns = Math.Min(panel, last - j);
                            float* a = g.A + (nint)i * g.RowA + (nint)p * g.StepA, c = g.C + (nint)i * g.RowC + j;
                            if (columns == panel)
                            {
                                GemmTile.Multiply<TLane, TVector>(rows, a, g.RowA, g.StepA, b, stepB, c, g.RowC, depth, load);
                            }
                            else
                            {
                                if (load)
                                    Copy(c, g.RowC, edge, panel, rows, columns);
                                GemmTile.Multiply<TLane, TVector>(rows, a, g.RowA, g.StepA, b, stepB, edge, panel, depth, load);
                                Copy(edge, panel, c, g.RowC, rows, columns);
                            }
                        }
                    }
                }
            }
        }
        return to;
    }

    private static void Copy(float* source, nint sourceRow, float* destination, nint destinationRow, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
            new ReadOnlySpan<float>(source + i * sourceRow, columns).CopyTo(new Span<float>(destination + i * destinationRow, columns));
    }

    private static int DivideUp(int value, int by) => (value + by - 1) / by;

    private static float* Align(float* buffer) => (float*)(((nuint)buffer + 63) & ~(nuint)63);

    /// <summary>The operands as the tiles see them. Distances between rows, columns and steps of k are in floats.</summary>
    private readonly struct Product(
        int m, int k, float* a, nint rowA, nint stepA, float* b, nint stepB, nint columnB, float* c, nint rowC, bool accumulate)
    {
        public readonly int M = m, K = k;
        public readonly float* A = a, B = b, C = c;
        public readonly nint RowA = rowA, StepA = stepA, StepB = stepB, ColumnB = columnB, RowC = rowC;
        public readonly bool Accumulate = accumulate;
    }
}
