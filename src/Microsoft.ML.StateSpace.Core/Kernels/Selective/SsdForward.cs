using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The recurrence <c>h_t = a_t h_{t-1} + u_t B_t^T</c>, <c>y_t += h_t C_t</c> over one chunk (see <see cref="SsdChunk"/>). Lanes lie across
/// channels; time is the innermost loop, so that a block of states of two vectors of channels stays in registers. These are three
/// multiply-adds a state and row. Matrix products of 32 rows take as many with 16 states, 15 % fewer with 64, and then have to weigh,
/// pack and mask their operands.
/// </summary>
internal static unsafe class SsdForward
{
    /// <summary>Scans the chunk from the state <paramref name="before"/>; <paramref name="after"/> may be the same memory.</summary>
    public static void Run(in SsdRows rows, ReadOnlySpan<float> before, Span<float> after, Span<float> y)
    {
        Debug.Assert(before.Length >= rows.Channels * rows.States && after.Length >= rows.Channels * rows.States, "one state each");
        fixed (float* a = rows.Decay, u = rows.Input, b = rows.B, c = rows.C, from = before, to = after, py = y)
            SsdChunk.Run(new Scan(a, u, b, c, from, to, py, rows.Rows, rows.States), rows.Channels);
    }

    /// <summary>
    /// Advances only the state: <c>h = p h + sum over t of u_t b_t^T</c>, where u_t are weighed by what the rows between them and the end
    /// leave of them (<see cref="HeadKernels.WeighToEnd"/>). This is one multiply-add a state and row.
    /// </summary>
    /// <param name="weighed">u, as the input of a chunk lies.</param>
    /// <param name="factors">b, (rows, states).</param>
    /// <param name="product">p, the products of all decays, (channels).</param>
    /// <param name="rows">Rows of the chunk.</param>
    /// <param name="channels">Channels in whole groups.</param>
    /// <param name="states">States in whole blocks.</param>
    /// <param name="h">The state.</param>
    public static void Advance(
        ReadOnlySpan<float> weighed, ReadOnlySpan<float> factors, ReadOnlySpan<float> product, int rows, int channels, int states,
        Span<float> h)
    {
        fixed (float* u = weighed, b = factors, p = product, ph = h)
            SsdChunk.Run(new Gather(u, b, p, ph, rows, states), channels);
    }

    private readonly struct Scan(
        float* decay, float* input, float* b, float* c, float* before, float* after, float* y, int rows, int states) : ISsdKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            const int Next = SsdChunk.Group;
            nint first = SsdChunk.At(c0, SsdChunk.Rows), apart = SsdChunk.At(c1, SsdChunk.Rows) - first;
            nint state = SsdChunk.At(c0, states), statesApart = SsdChunk.At(c1, states) - state;
            for (int n = 0; n < states; n += SsdChunk.Block, state += SsdChunk.Block * Next)
            {
                float* h = before + state;
                TVector h00 = TLane.Load(h), h10 = TLane.Load(h + Next), h20 = TLane.Load(h + 2 * Next), h30 = TLane.Load(h + 3 * Next);
                h += statesApart;
                TVector h01 = TLane.Load(h), h11 = TLane.Load(h + Next), h21 = TLane.Load(h + 2 * Next), h31 = TLane.Load(h + 3 * Next);
                float* a = decay + first, u = input + first, sum = y + first, bn = b + n, cn = c + n;
                for (int left = rows; left > 0; left--, a += Next, u += Next, sum += Next, bn += states, cn += states)
                {
                    TVector a0 = TLane.Load(a), u0 = TLane.Load(u), y0 = TLane.Load(sum), a1 = default, u1 = default, y1 = default;
                    if (TCount.Value > 1)
                        (a1, u1, y1) = (TLane.Load(a + apart), TLane.Load(u + apart), TLane.Load(sum + apart));
                    Step<TLane, TVector, TCount>(bn, cn, a0, a1, u0, u1, ref h00, ref h01, ref y0, ref y1);
                    Step<TLane, TVector, TCount>(bn + 1, cn + 1, a0, a1, u0, u1, ref h10, ref h11, ref y0, ref y1);
                    Step<TLane, TVector, TCount>(bn + 2, cn + 2, a0, a1, u0, u1, ref h20, ref h21, ref y0, ref y1);
                    Step<TLane, TVector, TCount>(bn + 3, cn + 3, a0, a1, u0, u1, ref h30, ref h31, ref y0, ref y1);
                    TLane.Store(sum, y0);
                    if (TCount.Value > 1)
                        TLane.Store(sum + apart, y1);
                }
                h = after + state;
                Store<TLane, TVector>(h, h00, h10, h20, h30);
                if (TCount.Value > 1)
                    Store<TLane, TVector>(h + statesApart, h01, h11, h21, h31);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector, TCount>(
            float* b, float* c, TVector a0, TVector a1, TVector u0, TVector u1,
            ref TVector h0, ref TVector h1, ref TVector y0, ref TVector y1)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector enters = TLane.Broadcast(*b), leaves = TLane.Broadcast(*c);
            h0 = TLane.MultiplyAdd(a0, h0, TLane.Multiply(enters, u0));
            y0 = TLane.MultiplyAdd(leaves, h0, y0);
            if (TCount.Value > 1)
            {
                h1 = TLane.MultiplyAdd(a1, h1, TLane.Multiply(enters, u1));
                y1 = TLane.MultiplyAdd(leaves, h1, y1);
            }
        }
    }

    /// <summary>Stores a block of states of one vector of channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane, TVector>(float* to, TVector x0, TVector x1, TVector x2, TVector x3)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(to, x0);
        TLane.Store(to + SsdChunk.Group, x1);
        TLane.Store(to + 2 * SsdChunk.Group, x2);
        TLane.Store(to + 3 * SsdChunk.Group, x3);
    }

    private readonly struct Gather(float* input, float* b, float* product, float* state, int rows, int states) : ISsdKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            const int Next = SsdChunk.Group;
            nint first = SsdChunk.At(c0, SsdChunk.Rows), apart = SsdChunk.At(c1, SsdChunk.Rows) - first;
            nint at = SsdChunk.At(c0, states), statesApart = SsdChunk.At(c1, states) - at;
            TVector p0 = TLane.Load(product + c0), p1 = TLane.Load(product + c1);
            for (int n = 0; n < states; n += SsdChunk.Block, at += SsdChunk.Block * Next)
            {
                float* h = state + at, behind = h + statesApart, u = input + first, bn = b + n;
                TVector h00 = TLane.Multiply(p0, TLane.Load(h)), h01 = TLane.Multiply(p1, TLane.Load(behind));
                TVector h10 = TLane.Multiply(p0, TLane.Load(h + Next)), h11 = TLane.Multiply(p1, TLane.Load(behind + Next));
                TVector h20 = TLane.Multiply(p0, TLane.Load(h + 2 * Next)), h21 = TLane.Multiply(p1, TLane.Load(behind + 2 * Next));
                TVector h30 = TLane.Multiply(p0, TLane.Load(h + 3 * Next)), h31 = TLane.Multiply(p1, TLane.Load(behind + 3 * Next));
                for (int left = rows; left > 0; left--, u += Next, bn += states)
                {
                    TVector u0 = TLane.Load(u), b0 = TLane.Broadcast(bn[0]), b1 = TLane.Broadcast(bn[1]),
                        b2 = TLane.Broadcast(bn[2]), b3 = TLane.Broadcast(bn[3]);
                    h00 = TLane.MultiplyAdd(b0, u0, h00);
                    h10 = TLane.MultiplyAdd(b1, u0, h10);
                    h20 = TLane.MultiplyAdd(b2, u0, h20);
                    h30 = TLane.MultiplyAdd(b3, u0, h30);
                    if (TCount.Value > 1)
                    {
                        TVector u1 = TLane.Load(u + apart);
                        h01 = TLane.MultiplyAdd(b0, u1, h01);
                        h11 = TLane.MultiplyAdd(b1, u1, h11);
                        h21 = TLane.MultiplyAdd(b2, u1, h21);
                        h31 = TLane.MultiplyAdd(b3, u1, h31);
                    }
                }
                Store<TLane, TVector>(h, h00, h10, h20, h30);
                if (TCount.Value > 1)
                    Store<TLane, TVector>(behind, h01, h11, h21, h31);
            }
        }
    }
}
