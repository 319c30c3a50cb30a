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

    /// <summary>Rows of the same layout as the projections. Their ends, the gradients of B_t and C_t, are assigned.</summary>
    public required Span<float> Projections { get; init; }
}

/// <summary>
/// The gradient of the recurrence of <see cref="SelectiveScan"/> over one chunk. For each vector of channels, and a few states at a time,
/// it computes the states and decays of the chunk again. Then it runs <c>s_t = dy_t C_t + exp(Delta_{t+1} A) s_{t+1}</c> from the last row
/// to the first. The gradients of B_t and C_t are sums over all channels: they are gathered lane by lane, and the lanes are added once all
/// channels are done.
/// </summary>
internal static unsafe class SelectiveBackward
{
    private const int Most = 4; // states at a time

    /// <summary>What the backward pass reads and writes besides the rows; see <see cref="SelectiveScan.Backward"/>.</summary>
    public readonly struct Operands(
        float* before, float* outputGradient, float* carry,
        float* rates, float* skip, float* input, float* steps, float* projections, float* work)
    {
        public readonly float* Before = before, OutputGradient = outputGradient, Carry = carry;
        public readonly float* Rates = rates, Skip = skip, Input = input, Steps = steps, Projections = projections, Work = work;
    }

    // The work memory holds the gradients of B and C; then Delta, u, dy and the gradients of Delta and of what enters the states; then
    // decays, input factors and states of a few states.
    public static int Work(int states)
        => (SelectiveScan.ChunkRows * (2 * states + 5 + 3 * Most) + Most) * SelectiveScan.Widest;

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
        new Span<float>(to.Work, 2 * length).Clear();
        Elements.Run(new Chunk<TInput>(rows, to, to.Work, TLane.Count), rows.Channels);
        for (int t = 0; t < rows.Rows; t++)
        {
            float* projection = to.Projections + (nint)t * rows.Projection;
            for (int n = 0; n < states; n++)
            {
                float* lanes = to.Work + (n * rows.Rows + t) * TLane.Count;
                projection[n] = TLane.Sum(TLane.Load(lanes));
                projection[states + n] = TLane.Sum(TLane.Load(lanes + length));
            }
        }
    }

    private readonly struct Chunk<TInput>(SelectiveRows rows, Operands to, float* lanes, int widest) : IElementKernel
        where TInput : IInputRule
    {
        // Floats of the gradient of B, and of that of C: one state after the other, each (rows, lanes).
        private readonly int _length = rows.States * rows.Rows * widest;

        private float* Packed => lanes + 2 * _length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint channels = rows.Channels, packed = SelectiveScan.ChunkRows * TLane.Count;
            float* u = rows.Input + channel, step = rows.Steps + channel, dy = to.OutputGradient + channel, p = Packed;
            for (int left = rows.Rows; left > 0; left--, u += channels, step += channels, dy += channels, p += TLane.Count)
            {
                TLane.Store(p, TLane.Load(step));
                TLane.Store(p + packed, TLane.Load(u));
                TLane.Store(p + 2 * packed, TLane.Load(dy));
                TLane.Store(p + 3 * packed, default);
                TLane.Store(p + 4 * packed, default);
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

            TVector skip = TLane.Load(rows.Skip + channel), dSkip = TLane.Load(to.Skip + channel);
            float* dStep = to.Steps + (nint)rows.Rows * channels + channel, du = to.Input + (nint)rows.Rows * channels + channel;
            for (int left = rows.Rows; left > 0; left--)
            {
                p -= TLane.Count;
                dStep -= channels;
                du -= channels;
                TVector input = TLane.Load(p + packed), g = TLane.Load(p + 2 * packed),
                    dDelta = TLane.Load(p + 3 * packed), dInput = TLane.Load(p + 4 * packed);
                if (!TInput.IsHeld)
                {
                    dDelta = TLane.MultiplyAdd(input, dInput, dDelta);
                    dInput = TLane.Multiply(TLane.Load(p), dInput);
                }
                TLane.Store(dStep, dDelta);
                TLane.Store(du, TLane.Add(TLane.Load(du), TLane.MultiplyAdd(g, skip, dInput)));
                dSkip = TLane.MultiplyAdd(g, input, dSkip);
            }
            TLane.Store(to.Skip + channel, dSkip);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void States<TLane, TVector, TCount>(int channel, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint lane = TLane.Count, packed = SelectiveScan.ChunkRows * lane, size = TCount.Value * lane;
            nint channels = rows.Channels, at = first * channels + channel;
            float* p = Packed, decays = p + 5 * packed, factors = decays + Most * packed, x = factors + Most * packed, b = rows.B + first;
            SelectiveScan.Load<TLane, TVector, TCount>(
                rows.Rates + at, channels, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
            SelectiveScan.Load<TLane, TVector, TCount>(
                to.Before + at, channels, out TVector x0, out TVector x1, out TVector x2, out TVector x3);
            SelectiveScan.Scale<TLane, TVector, TCount>(TLane.Broadcast(LaneMath.Log2E), ref r0, ref r1, ref r2, ref r3);

            // Forward through the states of the chunk, from the one before it; all but the last are stored. Meanwhile the rows of the chunk
            // that comes next are asked for, those of another array with every few states.
            float* ahead = (first / TCount.Value % 4) switch
            {
                0 => rows.Steps, 1 => rows.Input, 2 => to.OutputGradient, _ => to.Input,
            };
            ahead += channel - SelectiveScan.ChunkRows * channels;
            for (int left = rows.Rows; left > 0; left--, p += lane, decays += size, factors += size, x += size, b += rows.Projection)
            {
                Prefetch.Line(ahead);
                ahead += channels;
                SelectiveScan.Store<TLane, TVector, TCount>(x, lane, x0, x1, x2, x3);
                TVector delta = TLane.Load(p), input = TLane.Load(p + packed);
                if (TInput.IsHeld)
                {
                    TVector decay = SelectiveScan.Decay<TLane, TVector>(delta, r0, out TVector held);
                    TLane.Store(decays, decay);
                    TLane.Store(factors, held);
                    x0 = TLane.MultiplyAdd(decay, x0, TLane.Multiply(held, TLane.Multiply(input, TLane.Broadcast(b[0]))));
                    continue;
                }
                TVector a0 = r0, a1 = r1, a2 = r2, a3 = r3;
                SelectiveScan.Scale<TLane, TVector, TCount>(delta, ref a0, ref a1, ref a2, ref a3);
                LaneMath.Exp2<TLane, TVector, TCount>(ref a0, ref a1, ref a2, ref a3);
                SelectiveScan.Store<TLane, TVector, TCount>(decays, lane, a0, a1, a2, a3);
                input = TLane.Multiply(delta, input);
                x0 = TLane.MultiplyAdd(a0, x0, TLane.Multiply(input, TLane.Broadcast(b[0])));
                if (TCount.Value > 1)
                    x1 = TLane.MultiplyAdd(a1, x1, TLane.Multiply(input, TLane.Broadcast(b[1])));
                if (TCount.Value > 2)
                    x2 = TLane.MultiplyAdd(a2, x2, TLane.Multiply(input, TLane.Broadcast(b[2])));
                if (TCount.Value > 3)
                    x3 = TLane.MultiplyAdd(a3, x3, TLane.Multiply(input, TLane.Broadcast(b[3])));
            }

            // Then back; x0 to x3 are now the states of the last row.
            SelectiveScan.Load<TLane, TVector, TCount>(rows.Rates + at, channels, out r0, out r1, out r2, out r3);
            SelectiveScan.Load<TLane, TVector, TCount>(
                to.Carry + at, channels, out TVector s0, out TVector s1, out TVector s2, out TVector s3);
            SelectiveScan.Load<TLane, TVector, TCount>(
                to.Rates + at, channels, out TVector g0, out TVector g1, out TVector g2, out TVector g3);
            nint row = rows.Projection, gap = (nint)rows.Rows * widest;
            float* c = rows.C + first + rows.Rows * row, dB = lanes + (first + 1) * gap, dC = dB + _length;
            for (int left = rows.Rows; left > 0; left--)
            {
                p -= lane;
                decays -= size;
                factors -= size;
                x -= size;
                b -= row;
                c -= row;
                dB -= widest;
                dC -= widest;
                TVector delta = TLane.Load(p), input = TLane.Load(p + packed), dy = TLane.Load(p + 2 * packed);
                TVector dStep = TLane.Load(p + 3 * packed), dInput = TLane.Load(p + 4 * packed);
                if (TInput.IsHeld)
                {
                    // With f = (a - 1) / A: df/dDelta = a and df/dA = (Delta a - f) / A.
                    TVector f = TLane.Load(factors), a = TLane.Load(decays), s = TLane.MultiplyAdd(dy, TLane.Broadcast(c[0]), s0);
                    TVector sb = TLane.Multiply(s, TLane.Broadcast(b[0])), sbu = TLane.Multiply(sb, input);
                    g0 = TLane.MultiplyAdd(TLane.Divide(TLane.Subtract(TLane.Multiply(delta, a), f), r0), sbu, g0);
                    dStep = TLane.MultiplyAdd(a, sbu, dStep);
                    dInput = TLane.MultiplyAdd(f, sb, dInput);
                    TVector unused = default;
                    Back<TLane, TVector>(
                        dy, delta, TLane.Multiply(f, input), 0, c[0], decays, x, dB, dC, r0, ref s0, ref g0, ref x0, ref dStep, ref unused);
                }
                else
                {
                    TVector scaled = TLane.Multiply(delta, input);
                    Back<TLane, TVector>(
                        dy, delta, scaled, b[0], c[0], decays, x, dB, dC, r0, ref s0, ref g0, ref x0, ref dStep, ref dInput);
                    if (TCount.Value > 1)
                    {
                        Back<TLane, TVector>(
                            dy, delta, scaled, b[1], c[1], decays + lane, x + lane, dB + gap, dC + gap,
                            r1, ref s1, ref g1, ref x1, ref dStep, ref dInput);
                    }
                    if (TCount.Value > 2)
                    {
                        Back<TLane, TVector>(
                            dy, delta, scaled, b[2], c[2], decays + 2 * lane, x + 2 * lane, dB + 2 * gap, dC + 2 * gap,
                            r2, ref s2, ref g2, ref x2, ref dStep, ref dInput);
                    }
                    if (TCount.Value > 3)
                    {
                        Back<TLane, TVector>(
                            dy, delta, scaled, b[3], c[3], decays + 3 * lane, x + 3 * lane, dB + 3 * gap, dC + 3 * gap,
                            r3, ref s3, ref g3, ref x3, ref dStep, ref dInput);
                    }
                }
                TLane.Store(p + 3 * packed, dStep);
                TLane.Store(p + 4 * packed, dInput);
            }
            SelectiveScan.Store<TLane, TVector, TCount>(to.Carry + at, channels, s0, s1, s2, s3);
            SelectiveScan.Store<TLane, TVector, TCount>(to.Rates + at, channels, g0, g1, g2, g3);
        }

        // One state, x_t = a x_{t-1} + v B_t. s becomes the gradient of x_t, then that of x_{t-1}; h is the gradient of Delta A through a.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Back<TLane, TVector>(
            TVector dy, TVector delta, TVector v, float b, float c,
            float* decay, float* before, float* dB, float* dC, TVector rate, ref TVector s, ref TVector g,
            ref TVector x, ref TVector dStep, ref TVector dInput)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            s = TLane.MultiplyAdd(dy, TLane.Broadcast(c), s);
            TLane.Store(dC, TLane.MultiplyAdd(dy, x, TLane.Load(dC)));
            TLane.Store(dB, TLane.MultiplyAdd(v, s, TLane.Load(dB)));
            dInput = TLane.MultiplyAdd(s, TLane.Broadcast(b), dInput);
            s = TLane.Multiply(s, TLane.Load(decay));
            x = TLane.Load(before);
            TVector h = TLane.Multiply(s, x);
            g = TLane.MultiplyAdd(delta, h, g);
            dStep = TLane.MultiplyAdd(h, rate, dStep);
        }
    }

    /// <summary>Computes only the gradient of the state before the chunk.</summary>
    public readonly struct Begin(SelectiveRows rows, float* outputGradient, float* state) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int n = 0;
            for (; SelectiveScan.TakesFour<TLane, TVector>() && n + 4 <= rows.States; n += 4)
                States<TLane, TVector, N4>(channel, n);
            for (; n + 2 <= rows.States; n += 2)
                States<TLane, TVector, N2>(channel, n);
            for (; n < rows.States; n++)
                States<TLane, TVector, N1>(channel, n);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void States<TLane, TVector, TCount>(int channel, int first)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint channels = rows.Channels, at = first * channels + channel, last = rows.Rows - 1;
            float* step = rows.Steps + last * channels + channel, dy = outputGradient + last * channels + channel,
                c = rows.C + first + last * rows.Projection,
                ahead = (first / TCount.Value % 2 == 0 ? step : dy) - SelectiveScan.ChunkRows * channels;
            SelectiveScan.Load<TLane, TVector, TCount>(
                rows.Rates + at, channels, out TVector r0, out TVector r1, out TVector r2, out TVector r3);
            SelectiveScan.Load<TLane, TVector, TCount>(
                state + at, channels, out TVector s0, out TVector s1, out TVector s2, out TVector s3);
            SelectiveScan.Scale<TLane, TVector, TCount>(TLane.Broadcast(LaneMath.Log2E), ref r0, ref r1, ref r2, ref r3);
            for (int left = rows.Rows; left > 0; left--, step -= channels, dy -= channels, c -= rows.Projection, ahead -= channels)
            {
                Prefetch.Line(ahead);
                TVector g = TLane.Load(dy), a0 = r0, a1 = r1, a2 = r2, a3 = r3;
                SelectiveScan.Scale<TLane, TVector, TCount>(TLane.Load(step), ref a0, ref a1, ref a2, ref a3);
                LaneMath.Exp2<TLane, TVector, TCount>(ref a0, ref a1, ref a2, ref a3);
                s0 = TLane.Multiply(a0, TLane.MultiplyAdd(g, TLane.Broadcast(c[0]), s0));
                if (TCount.Value > 1)
                    s1 = TLane.Multiply(a1, TLane.MultiplyAdd(g, TLane.Broadcast(c[1]), s1));
                if (TCount.Value > 2)
                    s2 = TLane.Multiply(a2, TLane.MultiplyAdd(g, TLane.Broadcast(c[2]), s2));
                if (TCount.Value > 3)
                    s3 = TLane.Multiply(a3, TLane.MultiplyAdd(g, TLane.Broadcast(c[3]), s3));
            }
            SelectiveScan.Store<TLane, TVector, TCount>(state + at, channels, s0, s1, s2, s3);
        }
    }
}
