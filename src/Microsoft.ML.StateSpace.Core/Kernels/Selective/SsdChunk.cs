using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The (rows, rows) matrices of one chunk of a recurrence with one scalar decay a head (Dao and Gu 2024, section 6). All matrices are
/// (<see cref="Rows"/>, Rows), with zeros where a shorter chunk has no rows. The decay between two rows, <c>L_ij = a_{j+1} ... a_i</c>, is
/// multiplied up row by row. Every factor is at most 1 and nothing is subtracted, so it keeps its digits whatever the decays are.
/// </summary>
internal static unsafe class SsdChunk
{
    /// <summary>The most rows of a chunk.</summary>
    public const int Rows = 32;

    /// <summary>Floats of a matrix.</summary>
    public const int Matrix = Rows * Rows;

    // Read from offset Rows - i on, these are row i of the identity and row i of the matrix with ones below the diagonal.
    private static readonly float[] Diagonal = [.. Enumerable.Range(0, 2 * Rows).Select(k => k == Rows ? 1f : 0f)];
    private static readonly float[] Below = [.. Enumerable.Range(0, 2 * Rows).Select(k => k < Rows ? 1f : 0f)];

    /// <summary>
    /// <c>step = softplus(z)</c>, times the interval unless there are none, and <c>decay = 2^(rate step)</c>, with rate at most 0.
    /// </summary>
    public static void Steps(ReadOnlySpan<float> z, ReadOnlySpan<float> intervals, float rate, Span<float> step, Span<float> decay)
    {
        fixed (float* pz = z, ps = step[..z.Length], pd = decay[..z.Length], pt = intervals)
        {
            if (intervals.IsEmpty)
                Elements.Run(new StepKernel(pz, ps, pd, rate), z.Length);
            else
                Elements.Run(new IntervalStepKernel(pz, pt, ps, pd, rate), z.Length);
        }
    }

    /// <summary>
    /// Assigns <c>L</c> and <c>M_ij = L_ij product_ij step_j</c> in the first <paramref name="rows"/> rows; <paramref name="feedThrough"/>
    /// is added on the diagonal of M.
    /// </summary>
    public static void Mix(
        ReadOnlySpan<float> decay, ReadOnlySpan<float> step, ReadOnlySpan<float> product, float feedThrough, int rows,
        Span<float> l, Span<float> m)
    {
        Debug.Assert(decay.Length >= rows && step.Length >= Rows && product.Length >= Matrix && l.Length >= Matrix && m.Length >= Matrix);
        fixed (float* pa = decay, ps = step, pg = product, pl = l, pm = m, pi = Diagonal)
            Columns.Run(new MixKernel(pa, ps, pg, pl, pm, pi + Rows, feedThrough, rows), Rows, 4);
    }

    /// <summary>
    /// The gradient of <see cref="Mix"/>, given that of M. With <c>E_ij = dM_ij L_ij product_ij</c> it adds to the gradient of the product,
    /// adds <c>dlog a_k = sum over i >= k > j of E_ij step_j</c> to that of the logarithms of the decays, and assigns that of the steps,
    /// <c>dstep_j = sum_i E_ij</c>.
    /// </summary>
    public static void MixBackward(
        ReadOnlySpan<float> step, ReadOnlySpan<float> product, ReadOnlySpan<float> l, ReadOnlySpan<float> dm, int rows,
        Span<float> dproduct, Span<float> dlogDecay, Span<float> dstep)
    {
        Debug.Assert(
            step.Length >= Rows && dstep.Length >= Rows && dlogDecay.Length >= rows
            && l.Length >= Matrix && dm.Length >= Matrix && dproduct.Length >= Matrix);
        fixed (float* ps = step, pg = product, pl = l, pdm = dm, pdg = dproduct, pda = dlogDecay, pds = dstep, pb = Below)
            Columns.Run(new MixBackwardKernel(ps, pg, pl, pdm, pdg, pda, pds, pb + Rows, rows), Rows, 4);
    }

    private readonly struct StepKernel(float* z, float* step, float* decay, float rate) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = LaneMath.Softplus<TLane, TVector>(TLane.Load(z + i));
            TLane.Store(step + i, s);
            TLane.Store(decay + i, Decay<TLane, TVector>(s, rate));
        }
    }

    private readonly struct IntervalStepKernel(float* z, float* interval, float* step, float* decay, float rate) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = TLane.Multiply(LaneMath.Softplus<TLane, TVector>(TLane.Load(z + i)), TLane.Load(interval + i));
            s = TLane.Clamp(s, 0, IntervalSteps.Largest);
            TLane.Store(step + i, s);
            TLane.Store(decay + i, Decay<TLane, TVector>(s, rate));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decay<TLane, TVector>(TVector step, float rate)
        where TLane : ILane<TVector>
        where TVector : struct
        => LaneMath.Exp2<TLane, TVector>(TLane.Clamp(TLane.Multiply(step, TLane.Broadcast(rate)), float.MinValue, 0));

    private readonly struct MixKernel(
        float* decay, float* step, float* product, float* l, float* m, float* diagonal, float feedThrough, int rows) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector l0 = default, l1 = default, l2 = default, l3 = default, d = TLane.Broadcast(feedThrough);
            for (int i = 0; i < rows; i++)
            {
                TVector a = TLane.Broadcast(decay[i]);
                l0 = Step<TLane, TVector>(i, c0, a, d, l0);
                if (TCount.Value > 1)
                    l1 = Step<TLane, TVector>(i, c1, a, d, l1);
                if (TCount.Value > 2)
                    l2 = Step<TLane, TVector>(i, c2, a, d, l2);
                if (TCount.Value > 3)
                    l3 = Step<TLane, TVector>(i, c3, a, d, l3);
            }
        }

        // L_i = a_i L_{i-1} + I_i
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Step<TLane, TVector>(int i, int column, TVector a, TVector d, TVector row)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int at = i * Rows + column;
            TVector one = TLane.Load(diagonal - i + column);
            row = TLane.MultiplyAdd(a, row, one);
            TLane.Store(l + at, row);
            TVector mixed = TLane.Multiply(TLane.Multiply(row, TLane.Load(product + at)), TLane.Load(step + column));
            TLane.Store(m + at, TLane.MultiplyAdd(d, one, mixed));
            return row;
        }
    }

    /// <summary>Runs from the last row back.</summary>
    private readonly struct MixBackwardKernel(
        float* step, float* product, float* l, float* dm,
        float* dproduct, float* dlogDecay, float* dstep, float* below, int rows) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector e0 = default, e1 = default, e2 = default, e3 = default;
            for (int i = rows - 1; i >= 0; i--)
            {
                TVector sum = Step<TLane, TVector>(i, c0, ref e0);
                if (TCount.Value > 1)
                    sum = TLane.Add(sum, Step<TLane, TVector>(i, c1, ref e1));
                if (TCount.Value > 2)
                    sum = TLane.Add(sum, Step<TLane, TVector>(i, c2, ref e2));
                if (TCount.Value > 3)
                    sum = TLane.Add(sum, Step<TLane, TVector>(i, c3, ref e3));
                dlogDecay[i] += TLane.Sum(sum);
            }
            TLane.Store(dstep + c0, e0);
            if (TCount.Value > 1)
                TLane.Store(dstep + c1, e1);
            if (TCount.Value > 2)
                TLane.Store(dstep + c2, e2);
            if (TCount.Value > 3)
                TLane.Store(dstep + c3, e3);
        }

        // Returns what this row adds to dlog a_i: the sums so far, in the columns before i.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Step<TLane, TVector>(int i, int column, ref TVector e)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int at = i * Rows + column;
            TVector s = TLane.Load(step + column), open = TLane.Multiply(TLane.Load(dm + at), TLane.Load(l + at));
            TLane.Store(dproduct + at, TLane.MultiplyAdd(open, s, TLane.Load(dproduct + at)));
            e = TLane.MultiplyAdd(open, TLane.Load(product + at), e);
            return TLane.Multiply(TLane.Multiply(e, s), TLane.Load(below - i + column));
        }
    }
}
