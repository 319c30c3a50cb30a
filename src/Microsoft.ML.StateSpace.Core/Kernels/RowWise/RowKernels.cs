using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Operations between the rows of a matrix (rows, width) and one vector (width). The vector stays in registers from row to row.
/// </summary>
internal static unsafe class RowKernels
{
    /// <summary>Adds <paramref name="bias"/> to every row.</summary>
    public static void AddBias(Span<float> rows, ReadOnlySpan<float> bias) => SpreadVector<Sum>(rows, bias, rows);

    /// <summary>Adds the sum of all rows to <paramref name="sum"/>.</summary>
    public static void AddRowSum(ReadOnlySpan<float> rows, Span<float> sum) => GatherRows<Sum>(rows, rows, sum);

    /// <summary><c>y += x * scale</c>, row by row.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y)
        => SpreadVector<SumOfProducts>(x, scale, y);

    /// <summary>Adds <c>sum over rows of x * y</c> to <paramref name="sum"/>.</summary>
    public static void AddProductSum(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> sum) => GatherRows<SumOfProducts>(x, y, sum);

    private static void SpreadVector<TOperator>(ReadOnlySpan<float> x, ReadOnlySpan<float> vector, Span<float> y)
        where TOperator : IRowOperator
    {
        fixed (float* px = x, pv = vector, py = y)
        {
            for (var chunk = new RowChunk(x.Length, vector.Length); chunk.Rows > 0; chunk.Advance())
                Columns.Run(new Spread<TOperator>(px + chunk.Start, pv, py + chunk.Start, vector.Length, chunk.Rows), vector.Length, 4);
        }
    }

    private static void GatherRows<TOperator>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> sum)
        where TOperator : IRowOperator
    {
        fixed (float* px = x, py = y, ps = sum)
        {
            for (var chunk = new RowChunk(x.Length, sum.Length); chunk.Rows > 0; chunk.Advance())
                Columns.Run(new Gather<TOperator>(px + chunk.Start, py + chunk.Start, ps, sum.Length, chunk.Rows), sum.Length, 4);
        }
    }

    /// <summary><c>y = operator(y, x, vector)</c> in every row.</summary>
    private readonly struct Spread<TOperator>(float* x, float* vector, float* y, int width, int rows) : IColumnKernel
        where TOperator : IRowOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector v0 = TLane.Load(vector + c0), v1 = v0, v2 = v0, v3 = v0;
            if (TCount.Value > 1)
                v1 = TLane.Load(vector + c1);
            if (TCount.Value > 2)
                v2 = TLane.Load(vector + c2);
            if (TCount.Value > 3)
                v3 = TLane.Load(vector + c3);
            float* from = x, to = y;
            for (int left = rows; left > 0; left--, from += width, to += width)
            {
                TVector y0 = Apply<TLane, TVector>(from, to, c0, v0), y1 = y0, y2 = y0, y3 = y0;
                if (TCount.Value > 1)
                    y1 = Apply<TLane, TVector>(from, to, c1, v1);
                if (TCount.Value > 2)
                    y2 = Apply<TLane, TVector>(from, to, c2, v2);
                if (TCount.Value > 3)
                    y3 = Apply<TLane, TVector>(from, to, c3, v3);
                TLane.Store(to + c0, y0);
                if (TCount.Value > 1)
                    TLane.Store(to + c1, y1);
                if (TCount.Value > 2)
                    TLane.Store(to + c2, y2);
                if (TCount.Value > 3)
                    TLane.Store(to + c3, y3);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Apply<TLane, TVector>(float* from, float* to, int column, TVector vector)
            where TLane : ILane<TVector>
            where TVector : struct
            => TOperator.Invoke<TLane, TVector>(TLane.Load(to + column), vector, TLane.Load(from + column));
    }

    /// <summary><c>sum = operator(sum, x, y)</c> over all rows, first to last.</summary>
    private readonly struct Gather<TOperator>(float* x, float* y, float* sum, int width, int rows) : IColumnKernel
        where TOperator : IRowOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector s0 = TLane.Load(sum + c0), s1 = s0, s2 = s0, s3 = s0;
            if (TCount.Value > 1)
                s1 = TLane.Load(sum + c1);
            if (TCount.Value > 2)
                s2 = TLane.Load(sum + c2);
            if (TCount.Value > 3)
                s3 = TLane.Load(sum + c3);
            float* left = x, right = y;
            for (int i = rows; i > 0; i--, left += width, right += width)
            {
                s0 = TOperator.Invoke<TLane, TVector>(s0, TLane.Load(left + c0), TLane.Load(right + c0));
                if (TCount.Value > 1)
                    s1 = TOperator.Invoke<TLane, TVector>(s1, TLane.Load(left + c1), TLane.Load(right + c1));
                if (TCount.Value > 2)
                    s2 = TOperator.Invoke<TLane, TVector>(s2, TLane.Load(left + c2), TLane.Load(right + c2));
                if (TCount.Value > 3)
                    s3 = TOperator.Invoke<TLane, TVector>(s3, TLane.Load(left + c3), TLane.Load(right + c3));
            }
            TLane.Store(sum + c0, s0);
            if (TCount.Value > 1)
                TLane.Store(sum + c1, s1);
            if (TCount.Value > 2)
                TLane.Store(sum + c2, s2);
            if (TCount.Value > 3)
                TLane.Store(sum + c3, s3);
        }
    }

    private interface IRowOperator
    {
        static abstract TVector Invoke<TLane, TVector>(TVector total, TVector x, TVector y)
            where TLane : ILane<TVector>
            where TVector : struct;
    }

    // The sum has no use for y; its two callers pass the rows themselves for it.
    private readonly struct Sum : IRowOperator
    {
        public static TVector Invoke<TLane, TVector>(TVector total, TVector x, TVector y)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Add(total, x);
    }

    private readonly struct SumOfProducts : IRowOperator
    {
        public static TVector Invoke<TLane, TVector>(TVector total, TVector x, TVector y)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.MultiplyAdd(x, y, total);
    }
}
