using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>The recurrence of <see cref="SelectiveScan"/> over one chunk, for one vector of channels with all of its states.</summary>
internal static unsafe class SelectiveForward
{
    /// <summary>Output and states.</summary>
    public readonly struct Scan<TInput>(SelectiveRows rows, float* state, float* output, float* work) : IElementKernel
        where TInput : IInputRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int size = rows.States * TLane.Count, channels = rows.Channels, projection = rows.Projection;
            float* rate = work, x = work + size, u = rows.Input + channel, step = rows.Steps + channel, b = rows.B, c = rows.C, y = output + channel;
            Load<TLane, TVector>(rows, state, channel, rate, x);
            TVector skip = TLane.Load(rows.Skip + channel);
            for (int left = rows.Rows; left > 0; left--)
            {
                TVector delta = TLane.Load(step), input = TLane.Load(u), scaled = TInput.IsHeld ? input : TLane.Multiply(delta, input), sum = TLane.Multiply(skip, input);
                for (int i = 0, n = 0; i < size; i += TLane.Count, n++)
                {
                    TVector next = Next<TInput, TLane, TVector>(delta, scaled, TLane.Load(rate + i), TLane.Load(x + i), b[n]);
                    TLane.Store(x + i, next);
                    sum = TLane.MultiplyAdd(next, TLane.Broadcast(c[n]), sum);
                }
                TLane.Store(y, sum);
                u += channels;
                step += channels;
                y += channels;
                b += projection;
                c += projection;
            }
            Spread<TLane, TVector>(x, rows.States, state + channel, channels);
        }
    }

    /// <summary>States alone.</summary>
    public readonly struct End<TInput>(SelectiveRows rows, float* state, float* work) : IElementKernel
        where TInput : IInputRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int size = rows.States * TLane.Count, channels = rows.Channels, projection = rows.Projection;
            float* rate = work, x = work + size, u = rows.Input + channel, step = rows.Steps + channel, b = rows.B;
            Load<TLane, TVector>(rows, state, channel, rate, x);
            for (int left = rows.Rows; left > 0; left--)
            {
                TVector delta = TLane.Load(step), input = TLane.Load(u), scaled = TInput.IsHeld ? input : TLane.Multiply(delta, input);
                for (int i = 0, n = 0; i < size; i += TLane.Count, n++)
                    TLane.Store(x + i, Next<TInput, TLane, TVector>(delta, scaled, TLane.Load(rate + i), TLane.Load(x + i), b[n]));
                u += channels;
                step += channels;
                b += projection;
            }
            Spread<TLane, TVector>(x, rows.States, state + channel, channels);
        }
    }

    /// <summary>Reads a vector of channels out of A, divided by ln 2, and out of the states, both (N, D).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLane, TVector>(in SelectiveRows rows, float* state, int channel, float* rate, float* x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int n = 0; n < rows.States; n++)
        {
            nint at = (nint)n * rows.Channels + channel;
            TLane.Store(rate + n * TLane.Count, TLane.Multiply(TLane.Load(rows.Rates + at), TLane.Broadcast(LaneMath.Log2E)));
            TLane.Store(x + n * TLane.Count, TLane.Load(state + at));
        }
    }

    /// <summary>Writes vectors one after the other to (N, D).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Spread<TLane, TVector>(float* vectors, int states, float* to, int channels)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int n = 0; n < states; n++)
            TLane.Store(to + (nint)n * channels, TLane.Load(vectors + n * TLane.Count));
    }

    // exp(Delta A) x + Delta u b, or exp(Delta A) x + held(Delta, A) u b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Next<TInput, TLane, TVector>(TVector step, TVector input, TVector rate, TVector x, float b)
        where TInput : IInputRule
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector v = TLane.Multiply(input, TLane.Broadcast(b));
        if (!TInput.IsHeld)
            return TLane.MultiplyAdd(SelectiveScan.Decay<TLane, TVector>(step, rate), x, v);
        TVector decay = SelectiveScan.Decay<TLane, TVector>(step, rate, out TVector held);
        return TLane.MultiplyAdd(decay, x, TLane.Multiply(held, v));
    }
}
