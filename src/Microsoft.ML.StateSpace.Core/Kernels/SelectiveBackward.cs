using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Where <see cref="SelectiveScan.Backward"/> puts the gradients.</summary>
internal readonly ref struct SelectiveGradients
{
    /// <summary>Of A, (N, D); added to.</summary>
    public required Span<float> Rates { get; init; }

    /// <summary>Of D, (D); added to.</summary>
    public required Span<float> Skip { get; init; }

    /// <summary>Of u, (rows, D); added to.</summary>
    public required Span<float> Input { get; init; }

    /// <summary>Of Delta, (rows, D); assigned.</summary>
    public required Span<float> Steps { get; init; }

    /// <summary>Rows of the size of the projections; their ends, of B_t and C_t, are assigned.</summary>
    public required Span<float> Projections { get; init; }
}

/// <summary>
/// The gradient of the recurrence of <see cref="SelectiveScan"/> over one chunk. For each vector of channels it makes the states and decays of the chunk again, then
/// runs <c>s_t = dy_t C_t + exp(Delta_{t+1} A) s_{t+1}</c> from the last row to the first. The gradients of B_t and C_t are sums over all channels:
/// they are gathered lane by lane, and the lanes are added once all channels are done.
/// </summary>
internal static unsafe class SelectiveBackward
{
    /// <summary>What Backward reads and writes beside the rows; see <see cref="SelectiveScan.Backward"/>.</summary>
    public readonly struct Operands(
        float* before, float* outputGradient, float* carry, float* rates, float* skip, float* input, float* steps, float* projections, float* work)
    {
        public readonly float* Before = before, OutputGradient = outputGradient, Carry = carry;
        public readonly float* Rates = rates, Skip = skip, Input = input, Steps = steps, Projections = projections, Work = work;
    }

    // A, carry, gradient of A; decays and states of the chunk; factors of the input; gradients of B and C.
    public static int Work(int states) => (3 + 5 * SelectiveScan.ChunkRows + 1) * states * SelectiveScan.Widest;

    public static void Run<TInput>(in SelectiveRows rows, in Operands to)
        where TInput : IInputRule
    {
        if (Vector512.IsHardwareAccelerated)
            Run<TInput, Lane512, Vector512<float>>(rows, to);
        else if (Vector256.IsHardwareAccelerated)
            Run<TInput, Lane256, Vector256<float>>(rows, to);
        else if (Vector128.IsHardwareAccelerated)
            Run<TInput, Lane128, Vector128<float>>(rows, to);
        else
            Run<TInput, LaneScalar, float>(rows, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TInput, TLane, TVector>(in SelectiveRows rows, in Operands to)
        where TInput : IInputRule
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int states = rows.States, length = states * TLane.Count * rows.Rows;
        float* lanes = to.Work;
        new Span<float>(lanes, 2 * length).Clear();
        Elements.Run(new Chunk<TInput>(rows, to, lanes, TLane.Count), rows.Channels);
        for (int t = 0; t < rows.Rows; t++)
        {
            float* projection = to.Projections + (nint)t * rows.Projection;
            for (int n = 0; n < states; n++)
            {
                projection[n] = TLane.Sum(TLane.Load(lanes));
                projection[states + n] = TLane.Sum(TLane.Load(lanes + length));
                lanes += TLane.Count;
            }
        }
    }

    private readonly struct Chunk<TInput>(SelectiveRows rows, Operands to, float* lanes, int lane) : IElementKernel
        where TInput : IInputRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int states = rows.States, size = states * TLane.Count, channels = rows.Channels, projection = rows.Projection, gap = states * lane;
            float* dB = lanes, dC = dB + rows.Rows * gap;
            float* rate = dC + rows.Rows * gap, carry = rate + size, dRate = carry + size, x = dRate + size, decays = x + (rows.Rows + 1) * size, factors = decays + rows.Rows * size;

            // The states of the chunk, from the one before it.
            SelectiveForward.Load<TLane, TVector>(rows, to.Before, channel, rate, x);
            float* u = rows.Input + channel, step = rows.Steps + channel, b = rows.B;
            for (int left = rows.Rows; left > 0; left--)
            {
                TVector delta = TLane.Load(step), input = TLane.Load(u), scaled = TInput.IsHeld ? input : TLane.Multiply(delta, input);
                for (int i = 0, n = 0; i < size; i += TLane.Count, n++)
                {
                    TVector v = TLane.Multiply(scaled, TLane.Broadcast(b[n])), decay;
                    if (TInput.IsHeld)
                    {
                        decay = SelectiveScan.Decay<TLane, TVector>(delta, TLane.Load(rate + i), out TVector factor);
                        TLane.Store(factors + i, factor);
                        v = TLane.Multiply(factor, v);
                    }
                    else
                    {
                        decay = SelectiveScan.Decay<TLane, TVector>(delta, TLane.Load(rate + i));
                    }
                    TLane.Store(decays + i, decay);
                    TLane.Store(x + size + i, TLane.MultiplyAdd(decay, TLane.Load(x + i), v));
                }
                u += channels;
                step += channels;
                b += projection;
                x += size;
                decays += size;
                factors += size;
            }

            // Back; x is now the state of the last row.
            for (int n = 0; n < states; n++)
            {
                nint at = (nint)n * channels + channel;
                TLane.Store(rate + n * TLane.Count, TLane.Load(rows.Rates + at));
                TLane.Store(carry + n * TLane.Count, TLane.Load(to.Carry + at));
                TLane.Store(dRate + n * TLane.Count, TLane.Load(to.Rates + at));
            }
            TVector skip = TLane.Load(rows.Skip + channel), dSkip = TLane.Load(to.Skip + channel);
            float* c = rows.C + (nint)rows.Rows * projection;
            dB += rows.Rows * gap;
            dC += rows.Rows * gap;
            for (nint t = rows.Rows - 1; t >= 0; t--)
            {
                u -= channels;
                step -= channels;
                b -= projection;
                c -= projection;
                x -= size;
                decays -= size;
                factors -= size;
                dB -= gap;
                dC -= gap;
                nint row = t * channels + channel;
                TVector dy = TLane.Load(to.OutputGradient + row), delta = TLane.Load(step), input = TLane.Load(u), scaled = TLane.Multiply(delta, input);
                TVector dInput = default, dStep = default;
                for (int i = 0, n = 0, l = 0; i < size; i += TLane.Count, n++, l += lane)
                {
                    // x_t = a x_{t-1} + f u B_t; s is the gradient of x_t, h that of Delta A through a.
                    TVector s = TLane.MultiplyAdd(dy, TLane.Broadcast(c[n]), TLane.Load(carry + i)), a = TLane.Load(decays + i), rates = TLane.Load(rate + i);
                    TLane.Store(dC + l, TLane.MultiplyAdd(dy, TLane.Load(x + size + i), TLane.Load(dC + l)));
                    TVector back = TLane.Multiply(s, a), h = TLane.Multiply(back, TLane.Load(x + i));
                    TLane.Store(carry + i, back);
                    TVector sum = TLane.MultiplyAdd(delta, h, TLane.Load(dRate + i));
                    dStep = TLane.MultiplyAdd(h, rates, dStep);
                    TVector sb = TLane.Multiply(s, TLane.Broadcast(b[n]));
                    if (TInput.IsHeld)
                    {
                        // f = (a - 1) / A: df/dDelta = a, df/dA = (Delta a - f) / A
                        TVector f = TLane.Load(factors + i), sbu = TLane.Multiply(sb, input);
                        dInput = TLane.MultiplyAdd(f, sb, dInput);
                        dStep = TLane.MultiplyAdd(a, sbu, dStep);
                        sum = TLane.MultiplyAdd(TLane.Divide(TLane.Subtract(TLane.Multiply(delta, a), f), rates), sbu, sum);
                        TLane.Store(dB + l, TLane.MultiplyAdd(TLane.Multiply(f, input), s, TLane.Load(dB + l)));
                    }
                    else
                    {
                        dInput = TLane.Add(dInput, sb);
                        TLane.Store(dB + l, TLane.MultiplyAdd(scaled, s, TLane.Load(dB + l)));
                    }
                    TLane.Store(dRate + i, sum);
                }
                if (!TInput.IsHeld)
                {
                    dStep = TLane.MultiplyAdd(input, dInput, dStep);
                    dInput = TLane.Multiply(delta, dInput);
                }
                TLane.Store(to.Steps + row, dStep);
                TLane.Store(to.Input + row, TLane.Add(TLane.Load(to.Input + row), TLane.MultiplyAdd(dy, skip, dInput)));
                dSkip = TLane.MultiplyAdd(dy, input, dSkip);
            }
            TLane.Store(to.Skip + channel, dSkip);
            SelectiveForward.Spread<TLane, TVector>(carry, states, to.Carry + channel, channels);
            SelectiveForward.Spread<TLane, TVector>(dRate, states, to.Rates + channel, channels);
        }
    }

    /// <summary>The gradient of the state before the chunk alone.</summary>
    public readonly struct Begin(SelectiveRows rows, float* outputGradient, float* state, float* work) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int size = rows.States * TLane.Count, channels = rows.Channels;
            float* rate = work, carry = work + size;
            SelectiveForward.Load<TLane, TVector>(rows, state, channel, rate, carry);
            for (nint t = rows.Rows - 1; t >= 0; t--)
            {
                float* c = rows.C + t * rows.Projection;
                TVector delta = TLane.Load(rows.Steps + t * channels + channel), dy = TLane.Load(outputGradient + t * channels + channel);
                for (int i = 0, n = 0; i < size; i += TLane.Count, n++)
                {
                    TVector s = TLane.MultiplyAdd(dy, TLane.Broadcast(c[n]), TLane.Load(carry + i));
                    TLane.Store(carry + i, TLane.Multiply(s, SelectiveScan.Decay<TLane, TVector>(delta, TLane.Load(rate + i))));
                }
            }
            SelectiveForward.Spread<TLane, TVector>(carry, rows.States, state + channel, channels);
        }
    }
}
