using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The recurrence of <see cref="SelectiveScan"/> over one chunk, for one vector of channels. Time is the innermost loop: a few states stay
/// in registers for all rows, and their exponentials are computed side by side. What all states share lies packed in the work memory:
/// Delta, what enters the states, and y so far.
/// </summary>
internal static unsafe class SelectiveForward
{
    // Delta, what enters the states, and y.
    public const int Work = 3 * SelectiveScan.ChunkRows * SelectiveScan.Widest;

    /// <summary>Updates the states, and assigns the output.</summary>
    public readonly struct Scan<TInput>(SelectiveRows rows, float* state, float* output, float* work) : IElementKernel
        where TInput : IInputRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint channels = rows.Channels, lane = TLane.Count, packed = SelectiveScan.ChunkRows * lane;
            float* u = rows.Input + channel, step = rows.Steps + channel, to = work;
            TVector skip = TLane.Load(rows.Skip + channel);
            for (int left = rows.Rows; left > 0; left--, u += channels, step += channels, to += lane)
            {
                TVector delta = TLane.Load(step), input = TLane.Load(u);
                TLane.Store(to, delta);
                TLane.Store(to + packed, TInput.IsHeld ? input : TLane.Multiply(delta, input));
                TLane.Store(to + 2 * packed, TLane.Multiply(skip, input));
            }
            int n = 0;
            if (!TInput.IsHeld)
            {
                for (; SelectiveScan.TakesFour<TLane, TVector>() && n + 4 <= rows.States; n += 4)
                    States<TLane, TVector, N4>(channel, n);
                for (; n + 2 <= rows.States; n += 2)
                    States<TLane, TVector, N2>(channel, n);
            }
            for (; n < rows.States; n++)
                States<TLane, TVector, N1>(channel, n);
            float* y = output + channel, sum = work + 2 * packed;
            for (int left = rows.Rows; left > 0; left--, y += channels, sum += lane)
                TLane.Store(y, TLane.Load(sum));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void States<TLane, TVector, TCount>(int channel, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint lane = TLane.Count, packed = SelectiveScan.ChunkRows * lane, at = (nint)first * rows.Channels + channel;
            float* step = work, v = work + packed, y = work + 2 * packed, b = rows.B + first, c = rows.C + first, x = state + at;
            SelectiveScan.Load<TLane, TVector, TCount>(
                rows.Rates + at, rows.Channels, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
            SelectiveScan.Load<TLane, TVector, TCount>(x, rows.Channels, out TVector x0, out TVector x1, out TVector x2, out TVector x3);
            SelectiveScan.Scale<TLane, TVector, TCount>(TLane.Broadcast(LaneMath.Log2E), ref r0, ref r1, ref r2, ref r3);
            // The rows of the chunk that comes next, of one array or another with every few states.
            float* ahead = (first / TCount.Value % 3) switch
            {
                0 => rows.Steps, 1 => rows.Input, _ => output,
            };
            ahead += (nint)SelectiveScan.ChunkRows * rows.Channels + channel;
            for (int left = rows.Rows; left > 0; left--, step += lane, v += lane, y += lane, b += rows.Projection, c += rows.Projection)
            {
                Prefetch.Line(ahead);
                ahead += rows.Channels;
                TVector delta = TLane.Load(step), input = TLane.Load(v);
                if (TInput.IsHeld)
                {
                    TVector decay = SelectiveScan.Decay<TLane, TVector>(delta, r0, out TVector held);
                    x0 = TLane.MultiplyAdd(decay, x0, TLane.Multiply(held, TLane.Multiply(input, TLane.Broadcast(b[0]))));
                }
                else
                {
                    TVector a0 = r0, a1 = r1, a2 = r2, a3 = r3;
                    SelectiveScan.Scale<TLane, TVector, TCount>(delta, ref a0, ref a1, ref a2, ref a3);
                    LaneMath.Exp2<TLane, TVector, TCount>(ref a0, ref a1, ref a2, ref a3);
                    x0 = TLane.MultiplyAdd(a0, x0, TLane.Multiply(input, TLane.Broadcast(b[0])));
                    if (TCount.Value > 1)
                        x1 = TLane.MultiplyAdd(a1, x1, TLane.Multiply(input, TLane.Broadcast(b[1])));
                    if (TCount.Value > 2)
                        x2 = TLane.MultiplyAdd(a2, x2, TLane.Multiply(input, TLane.Broadcast(b[2])));
                    if (TCount.Value > 3)
                        x3 = TLane.MultiplyAdd(a3, x3, TLane.Multiply(input, TLane.Broadcast(b[3])));
                }
                TVector sum = TLane.MultiplyAdd(x0, TLane.Broadcast(c[0]), TLane.Load(y));
                if (TCount.Value > 1)
                    sum = TLane.MultiplyAdd(x1, TLane.Broadcast(c[1]), sum);
                if (TCount.Value > 2)
                    sum = TLane.MultiplyAdd(x2, TLane.Broadcast(c[2]), sum);
                if (TCount.Value > 3)
                    sum = TLane.MultiplyAdd(x3, TLane.Broadcast(c[3]), sum);
                TLane.Store(y, sum);
            }
            SelectiveScan.Store<TLane, TVector, TCount>(x, rows.Channels, x0, x1, x2, x3);
        }
    }
}
