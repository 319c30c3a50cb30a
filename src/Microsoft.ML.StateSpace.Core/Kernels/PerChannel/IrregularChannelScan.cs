using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The system of each channel over one sequence whose time steps are not equally far apart: <c>x_t = x_{t-1} + E_t (x_{t-1} + b u_t)</c>,
/// <c>y_t = Re(c x_t)</c>, with N complex states a channel. E_t is the <see cref="IPoleIncrement"/> of the interval that leads to row t, so
/// no table of powers serves all rows: each step computes its own. Lanes lie across channels. States are never stored for all rows; the
/// caller keeps those before every <see cref="ChunkRows"/> rows, and <see cref="Backward"/> computes those of a chunk again.
/// Shapes: u, y (length, H); zeta, b, c and states (2, N, H), all real parts, then all imaginary parts.
/// Cost: a complex exponential and 20 flops a state, channel and row forward.
/// </summary>
internal static unsafe class IrregularChannelScan
{
    /// <summary>Most rows of a chunk of <see cref="Backward"/>. What it computes again for one vector fits the first-level cache.</summary>
    public const int ChunkRows = 32;

    private const int Widest = 16; // floats of the widest vector

    /// <summary>Floats of work that <see cref="Backward"/> needs: E, x + b u and x of the rows of a chunk.</summary>
    public const int Work = 6 * ChunkRows * Widest;

    /// <summary>Number of chunks in a sequence of so many rows.</summary>
    public static int Chunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Runs over rows from <paramref name="state"/>, which becomes the state behind them, and adds to their y.</summary>
    /// <param name="system">The systems of the channels.</param>
    /// <param name="intervals">The time between each row and the one before it in the scan, (length).</param>
    /// <param name="u">(length, H).</param>
    /// <param name="state">(2, N, H).</param>
    /// <param name="y">(length, H); added to.</param>
    /// <param name="reverse">Whether time runs backwards, from the last row in memory to the first.</param>
    public static void Forward(
        in IrregularChannels system, ReadOnlySpan<float> intervals, ReadOnlySpan<float> u, Span<float> state, Span<float> y, bool reverse)
    {
        Debug.Assert(state.Length == system.Zeta.Length && y.Length == u.Length, "states are (2, N, H), outputs are as inputs");
        fixed (float* zeta = system.Zeta, b = system.Input, c = system.ReadOut, dt = intervals, rows = u, x = state, output = y)
        {
            var all = new Rows(zeta, b, c, system.Channels, system.States, dt, rows, intervals.Length, reverse);
            if (system.Discretization == Discretization.ZeroOrderHold)
                Elements.Run(new ForwardKernel<HeldIncrement>(all, x, all.First(output)), system.Channels);
            else
                Elements.Run(new ForwardKernel<BilinearIncrement>(all, x, all.First(output)), system.Channels);
        }
    }

    /// <summary>The last state of a piece that starts from zero, and the factor <c>prod_t (1 + E_t)</c>; both (2, N, H).</summary>
    public static void End(
        in IrregularChannels system, ReadOnlySpan<float> intervals, ReadOnlySpan<float> u,
        Span<float> end, Span<float> product, bool reverse)
        => Meet(system, intervals, u, end, product, reverse, isGradient: false);

    /// <summary>
    /// What the rows of a piece add to the gradient of the state before them if nothing is behind the piece, given the gradient of y, and
    /// the factor <c>prod_t conj(1 + E_t)</c>; both (2, N, H).
    /// </summary>
    public static void Begin(
        in IrregularChannels system, ReadOnlySpan<float> intervals, ReadOnlySpan<float> outputGradient,
        Span<float> end, Span<float> product, bool reverse)
        => Meet(system, intervals, outputGradient, end, product, !reverse, isGradient: true);

    /// <summary>The gradient of <see cref="Forward"/> over the rows of one chunk. Complex gradients are (d/d Re, d/d Im).</summary>
    /// <param name="system">As in Forward.</param>
    /// <param name="intervals">As in Forward.</param>
    /// <param name="u">As in Forward.</param>
    /// <param name="before">The state before the chunk, (2, N, H).</param>
    /// <param name="outputGradient">Gradient of y, (length, H).</param>
    /// <param name="carry">In: the gradient of the state behind the chunk, (2, N, H). Out: that of the state before it.</param>
    /// <param name="gradients">Where the gradients of the systems go; added to.</param>
    /// <param name="inputGradient">The gradient of u, (length, H); added to.</param>
    /// <param name="work">Work memory, as large as <see cref="Work"/> says.</param>
    /// <param name="reverse">As in Forward.</param>
    public static void Backward(
        in IrregularChannels system, ReadOnlySpan<float> intervals, ReadOnlySpan<float> u, ReadOnlySpan<float> before,
        ReadOnlySpan<float> outputGradient, Span<float> carry, in IrregularChannelGradients gradients,
        Span<float> inputGradient, Span<float> work, bool reverse)
    {
        Debug.Assert(intervals.Length <= ChunkRows && work.Length >= Work, "one chunk, and work for it");
        fixed (float* zeta = system.Zeta, b = system.Input, c = system.ReadOut, dt = intervals, rows = u, start = before, s = carry)
        fixed (float* dy = outputGradient, du = inputGradient, memory = work)
        fixed (float* dZeta = gradients.Zeta, dInput = gradients.Input, dReadOut = gradients.ReadOut)
        {
            var all = new Rows(zeta, b, c, system.Channels, system.States, dt, rows, intervals.Length, reverse);
            var to = new Operands(start, s, dZeta, dInput, dReadOut, all.First(dy), all.First(du), memory);
            if (system.Discretization == Discretization.ZeroOrderHold)
                Elements.Run(new BackwardKernel<HeldIncrement>(all, to), system.Channels);
            else
                Elements.Run(new BackwardKernel<BilinearIncrement>(all, to), system.Channels);
        }
    }

    private static void Meet(
        in IrregularChannels system, ReadOnlySpan<float> intervals, ReadOnlySpan<float> values,
        Span<float> end, Span<float> product, bool reverse, bool isGradient)
    {
        fixed (float* zeta = system.Zeta, b = system.Input, c = system.ReadOut, dt = intervals, rows = values, x = end, p = product)
        {
            var all = new Rows(zeta, b, c, system.Channels, system.States, dt, rows, intervals.Length, reverse);
            if (system.Discretization == Discretization.ZeroOrderHold)
                Elements.Run(new MeetKernel<HeldIncrement>(all, x, p, isGradient), system.Channels);
            else
                Elements.Run(new MeetKernel<BilinearIncrement>(all, x, p, isGradient), system.Channels);
        }
    }

    /// <summary>The systems, and the rows in the order of the scan.</summary>
    private readonly struct Rows(
        float* zeta, float* b, float* c, int channels, int states, float* intervals, float* values, int length, bool reverse)
    {
        public int Channels => channels;

        public int States => states;

        public int Length => length;

        public nint Plane => (nint)states * channels;

        public int Step => reverse ? -1 : 1;

        /// <summary>From a row to the next, in floats of (length, H).</summary>
        public nint Stride => reverse ? -channels : channels;

        /// <summary>The interval of the first row of the scan.</summary>
        public float* Interval => reverse ? intervals + length - 1 : intervals;

        public float* Values => First(values);

        /// <summary>The first row of the scan in (length, H).</summary>
        public float* First(float* rows) => reverse ? rows + (nint)(length - 1) * channels : rows;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex<TVector> Zeta<TLane, TVector, TIncrement>(nint at)
            where TLane : ILane<TVector>
            where TVector : struct
            where TIncrement : IPoleIncrement
        {
            var z = Load<TLane, TVector>(zeta, at);
            TIncrement.Load<TLane, TVector>(ref z.Re, ref z.Im);
            return z;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex<TVector> Input<TLane, TVector>(nint at)
            where TLane : ILane<TVector>
            where TVector : struct
            => Load<TLane, TVector>(b, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex<TVector> ReadOut<TLane, TVector>(nint at)
            where TLane : ILane<TVector>
            where TVector : struct
            => Load<TLane, TVector>(c, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex<TVector> Load<TLane, TVector>(float* planes, nint at)
            where TLane : ILane<TVector>
            where TVector : struct
            => new() { Re = TLane.Load(planes + at), Im = TLane.Load(planes + Plane + at) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TLane, TVector>(float* planes, nint at, Complex<TVector> value)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(planes + at, value.Re);
            TLane.Store(planes + Plane + at, value.Im);
        }
    }

    private struct Complex<TVector>
        where TVector : struct
    {
        public TVector Re, Im;
    }

    // x + e v
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complex<TVector> AddProduct<TLane, TVector>(in Complex<TVector> x, in Complex<TVector> e, in Complex<TVector> v)
        where TLane : ILane<TVector>
        where TVector : struct => new()
    {
        Re = TLane.MultiplySubtract(e.Im, v.Im, TLane.MultiplyAdd(e.Re, v.Re, x.Re)),
        Im = TLane.MultiplyAdd(e.Im, v.Re, TLane.MultiplyAdd(e.Re, v.Im, x.Im)),
    };

    // conj(e) v
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complex<TVector> Conjugated<TLane, TVector>(in Complex<TVector> e, in Complex<TVector> v)
        where TLane : ILane<TVector>
        where TVector : struct => new()
    {
        Re = TLane.MultiplyAdd(e.Im, v.Im, TLane.Multiply(e.Re, v.Re)),
        Im = TLane.MultiplySubtract(e.Im, v.Re, TLane.Multiply(e.Re, v.Im)),
    };

    // x + b u, u real
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complex<TVector> AddScaled<TLane, TVector>(in Complex<TVector> x, in Complex<TVector> b, TVector u)
        where TLane : ILane<TVector>
        where TVector : struct => new()
    {
        Re = TLane.MultiplyAdd(b.Re, u, x.Re),
        Im = TLane.MultiplyAdd(b.Im, u, x.Im),
    };

    // x + conj(b) u, u real
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complex<TVector> AddScaledConjugate<TLane, TVector>(in Complex<TVector> x, in Complex<TVector> b, TVector u)
        where TLane : ILane<TVector>
        where TVector : struct => new()
    {
        Re = TLane.MultiplyAdd(b.Re, u, x.Re),
        Im = TLane.MultiplySubtract(b.Im, u, x.Im),
    };

    private readonly struct ForwardKernel<TIncrement>(Rows rows, float* state, float* firstOutput) : IElementKernel
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = channel;
            for (int n = 0; n < rows.States; n++, at += rows.Channels)
            {
                Complex<TVector> zeta = rows.Zeta<TLane, TVector, TIncrement>(at), b = rows.Input<TLane, TVector>(at),
                    c = rows.ReadOut<TLane, TVector>(at), x = rows.Load<TLane, TVector>(state, at), e = default;
                float* interval = rows.Interval, u = rows.Values + channel, y = firstOutput + channel;
                for (int left = rows.Length; left > 0; left--)
                {
                    TIncrement.Of<TLane, TVector>(zeta.Re, zeta.Im, TLane.Broadcast(*interval), out e.Re, out e.Im);
                    x = AddProduct<TLane, TVector>(x, e, AddScaled<TLane, TVector>(x, b, TLane.Load(u)));
                    TLane.Store(y, TLane.MultiplySubtract(c.Im, x.Im, TLane.MultiplyAdd(c.Re, x.Re, TLane.Load(y))));
                    interval += rows.Step;
                    u += rows.Stride;
                    y += rows.Stride;
                }
                rows.Store<TLane, TVector>(state, at, x);
            }
        }
    }

    // Forward gives x + E (x + b u), for gradients conj(1 + E) (x + g conj(c)), and both the product of the factors of x.
    private readonly struct MeetKernel<TIncrement>(Rows rows, float* end, float* product, bool isGradient) : IElementKernel
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = channel;
            for (int n = 0; n < rows.States; n++, at += rows.Channels)
            {
                Complex<TVector> zeta = rows.Zeta<TLane, TVector, TIncrement>(at), b = rows.Input<TLane, TVector>(at),
                    c = rows.ReadOut<TLane, TVector>(at), x = default, p = new() { Re = TLane.Broadcast(1) }, e = default;
                float* interval = rows.Interval, value = rows.Values + channel;
                for (int left = rows.Length; left > 0; left--)
                {
                    TIncrement.Of<TLane, TVector>(zeta.Re, zeta.Im, TLane.Broadcast(*interval), out e.Re, out e.Im);
                    if (isGradient)
                    {
                        e.Im = TLane.Subtract(default, e.Im);
                        x = AddScaledConjugate<TLane, TVector>(x, c, TLane.Load(value));
                        x = AddProduct<TLane, TVector>(x, e, x);
                    }
                    else
                    {
                        x = AddProduct<TLane, TVector>(x, e, AddScaled<TLane, TVector>(x, b, TLane.Load(value)));
                    }
                    p = AddProduct<TLane, TVector>(p, e, p);
                    interval += rows.Step;
                    value += rows.Stride;
                }
                rows.Store<TLane, TVector>(end, at, x);
                rows.Store<TLane, TVector>(product, at, p);
            }
        }
    }

    /// <summary>
    /// The pointers of Backward apart from the rows: states, gradients, the first rows of dy and du in the scan, and work.
    /// </summary>
    private readonly struct Operands(
        float* before, float* carry, float* zeta, float* input, float* readOut, float* dy, float* du, float* work)
    {
        public float* Before => before;

        public float* Carry => carry;

        public float* Zeta => zeta;

        public float* Input => input;

        public float* ReadOut => readOut;

        public float* OutputGradient => dy;

        public float* InputGradient => du;

        public float* Work => work;
    }

    /// <summary>Runs from the first row on for the states, then from the last row back.</summary>
    private readonly struct BackwardKernel<TIncrement>(Rows rows, Operands to) : IElementKernel
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int channel)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = channel;
            for (int n = 0; n < rows.States; n++, at += rows.Channels)
            {
                States<TLane, TVector>(channel, at);
                Gradients<TLane, TVector>(channel, at);
            }
        }

        // Leaves E, v = x_{t-1} + b u_t and x_t of every row in the work memory.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void States<TLane, TVector>(int channel, nint at)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            Complex<TVector> zeta = rows.Zeta<TLane, TVector, TIncrement>(at), b = rows.Input<TLane, TVector>(at),
                x = rows.Load<TLane, TVector>(to.Before, at), e = default;
            float* interval = rows.Interval, u = rows.Values + channel, row = to.Work;
            for (int left = rows.Length; left > 0; left--)
            {
                TIncrement.Of<TLane, TVector>(zeta.Re, zeta.Im, TLane.Broadcast(*interval), out e.Re, out e.Im);
                var v = AddScaled<TLane, TVector>(x, b, TLane.Load(u));
                x = AddProduct<TLane, TVector>(x, e, v);
                TLane.Store(row, e.Re);
                TLane.Store(row + Widest, e.Im);
                TLane.Store(row + 2 * Widest, v.Re);
                TLane.Store(row + 3 * Widest, v.Im);
                TLane.Store(row + 4 * Widest, x.Re);
                TLane.Store(row + 5 * Widest, x.Im);
                interval += rows.Step;
                u += rows.Stride;
                row += 6 * Widest;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gradients<TLane, TVector>(int channel, nint at)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            Complex<TVector> b = rows.Input<TLane, TVector>(at), c = rows.ReadOut<TLane, TVector>(at),
                carry = rows.Load<TLane, TVector>(to.Carry, at), dZeta = rows.Load<TLane, TVector>(to.Zeta, at),
                dInput = rows.Load<TLane, TVector>(to.Input, at), dReadOut = rows.Load<TLane, TVector>(to.ReadOut, at),
                slope = default;
            int last = rows.Length - 1;
            float* interval = rows.Interval + last * rows.Step, u = rows.Values + last * rows.Stride + channel,
                dy = to.OutputGradient + last * rows.Stride + channel, du = to.InputGradient + last * rows.Stride + channel,
                row = to.Work + last * 6 * Widest;
            for (int left = rows.Length; left > 0; left--)
            {
                Complex<TVector> e = new() { Re = TLane.Load(row), Im = TLane.Load(row + Widest) },
                    v = new() { Re = TLane.Load(row + 2 * Widest), Im = TLane.Load(row + 3 * Widest) },
                    x = new() { Re = TLane.Load(row + 4 * Widest), Im = TLane.Load(row + 5 * Widest) };
                TVector g = TLane.Load(dy), dt = TLane.Broadcast(*interval);
                // y = Re(c x)
                dReadOut = AddScaledConjugate<TLane, TVector>(dReadOut, x, g);
                var s = AddScaledConjugate<TLane, TVector>(carry, c, g);
                // x_t = x_{t-1} + E v, v = x_{t-1} + b u
                TIncrement.Slope<TLane, TVector>(e.Re, e.Im, dt, out slope.Re, out slope.Im);
                Complex<TVector> dE = Conjugated<TLane, TVector>(v, s), part = Conjugated<TLane, TVector>(slope, dE),
                    dv = Conjugated<TLane, TVector>(e, s);
                dZeta = new() { Re = TLane.Add(dZeta.Re, part.Re), Im = TLane.Add(dZeta.Im, part.Im) };
                dInput = AddScaled<TLane, TVector>(dInput, dv, TLane.Load(u));
                TLane.Store(du, TLane.MultiplyAdd(b.Im, dv.Im, TLane.MultiplyAdd(b.Re, dv.Re, TLane.Load(du))));
                carry = new() { Re = TLane.Add(s.Re, dv.Re), Im = TLane.Add(s.Im, dv.Im) };
                interval -= rows.Step;
                u -= rows.Stride;
                dy -= rows.Stride;
                du -= rows.Stride;
                row -= 6 * Widest;
            }
            rows.Store<TLane, TVector>(to.Carry, at, carry);
            rows.Store<TLane, TVector>(to.Zeta, at, dZeta);
            rows.Store<TLane, TVector>(to.Input, at, dInput);
            rows.Store<TLane, TVector>(to.ReadOut, at, dReadOut);
        }
    }
}

/// <summary>The systems of <see cref="IrregularChannelScan"/>; all spans are (2, N, H).</summary>
internal readonly ref struct IrregularChannels(
    Discretization discretization, int channels, ReadOnlySpan<float> zeta, ReadOnlySpan<float> input, ReadOnlySpan<float> readOut)
{
    public Discretization Discretization { get; } = discretization;

    public int Channels { get; } = channels;

    public int States => Zeta.Length / 2 / Channels;

    /// <summary>Poles times step sizes.</summary>
    public ReadOnlySpan<float> Zeta { get; } = zeta;

    /// <summary>b, which is the input vector divided by the pole.</summary>
    public ReadOnlySpan<float> Input { get; } = input;

    /// <summary>c.</summary>
    public ReadOnlySpan<float> ReadOut { get; } = readOut;
}

/// <summary>The gradients of <see cref="IrregularChannels"/>, (2, N, H) each.</summary>
internal readonly ref struct IrregularChannelGradients(Span<float> zeta, Span<float> input, Span<float> readOut)
{
    public Span<float> Zeta { get; } = zeta;

    public Span<float> Input { get; } = input;

    public Span<float> ReadOut { get; } = readOut;
}
