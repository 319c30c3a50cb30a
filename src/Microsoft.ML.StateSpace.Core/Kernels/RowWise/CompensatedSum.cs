using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Kahan's summation over rows (rows, width), column by column. Beside every sum stands what its rounding added too much, which the next
/// row makes up for; so a sum of millions of rows is as exact as a float can be. One row after the other gives the bits of all at once.
/// </summary>
internal static unsafe class CompensatedSum
{
    /// <summary>Adds all rows to <paramref name="sum"/>. Both it and <paramref name="lost"/> are (width), and zeros at the start.</summary>
    public static void Add(ReadOnlySpan<float> rows, Span<float> sum, Span<float> lost)
    {
        fixed (float* x = rows, s = sum, l = lost)
        {
            for (var chunk = new RowChunk(rows.Length, sum.Length); chunk.Rows > 0; chunk.Advance())
                Columns.Run(new Kernel(x + chunk.Start, s, l, sum.Length, chunk.Rows), sum.Length, 2);
        }
    }

    private readonly struct Kernel(float* x, float* sum, float* lost, int width, int rows) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector s0 = TLane.Load(sum + c0), s1 = s0, s2 = s0, l0 = TLane.Load(lost + c0), l1 = l0, l2 = l0;
            if (TCount.Value > 1)
                (s1, l1) = (TLane.Load(sum + c1), TLane.Load(lost + c1));
            if (TCount.Value > 2)
                (s2, l2) = (TLane.Load(sum + c2), TLane.Load(lost + c2));
            float* row = x;
            for (int left = rows; left > 0; left--, row += width)
            {
                Step<TLane, TVector>(TLane.Load(row + c0), ref s0, ref l0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(TLane.Load(row + c1), ref s1, ref l1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(TLane.Load(row + c2), ref s2, ref l2);
            }
            Store<TLane, TVector>(c0, s0, l0);
            if (TCount.Value > 1)
                Store<TLane, TVector>(c1, s1, l1);
            if (TCount.Value > 2)
                Store<TLane, TVector>(c2, s2, l2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector>(TVector row, ref TVector s, ref TVector l)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector value = TLane.Subtract(row, l), next = TLane.Add(s, value);
            l = TLane.Subtract(TLane.Subtract(next, s), value);
            s = next;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Store<TLane, TVector>(int column, TVector s, TVector l)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(sum + column, s);
            TLane.Store(lost + column, l);
        }
    }
}
