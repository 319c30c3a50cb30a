using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The scan of S6 over one sequence: <c>x_t = exp(Delta_t A) x_{t-1} + f u_t B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, with
/// <c>f = Delta_t</c> or <c>f = (exp(Delta_t A) - 1) / A</c>. Lanes lie across channels, and states lie as (N, D) in memory. B_t and C_t
/// are shared by all channels, so they are broadcast. Decays and states are never stored for all time steps: Forward keeps the states
/// before every <see cref="ChunkRows"/> rows, and Backward computes those of a chunk again. Chunks are counted from the first row, so a
/// sequence gets the same bits wherever it stands.
/// </summary>
internal static unsafe class SelectiveScan
{
    /// <summary>Rows of a chunk. What Backward computes again for one vector of channels then fits the second-level cache.</summary>
    public const int ChunkRows = 32;

    /// <summary>Floats of the widest vector; the work memory has room for one wherever a vector is kept.</summary>
    internal const int Widest = 16;

    /// <summary>Number of chunks in a scan of <paramref name="rows"/> rows.</summary>
    public static int Chunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Floats of work that <see cref="Forward"/> needs.</summary>
    public const int ForwardWork = SelectiveForward.Work + Widest;

    /// <summary>Floats of work that <see cref="Backward"/> needs.</summary>
    public static int BackwardWork(int states) => SelectiveBackward.Work(states) + Widest;

    /// <summary>Scans some channels of the sequence from <paramref name="state"/>, (N, D).</summary>
    /// <param name="sequence">What is scanned.</param>
    /// <param name="channel">The first of the channels.</param>
    /// <param name="channels">Their number.</param>
    /// <param name="state">In: the state before the first row. Out: the state behind the last.</param>
    /// <param name="boundaries">The states before each chunk, (chunks, N, D); empty where no gradient follows.</param>
    /// <param name="output">y, (rows, D).</param>
    /// <param name="work">Work memory, as large as <see cref="ForwardWork"/> says.</param>
    public static void Forward(
        in SelectiveSequence sequence, int channel, int channels, Span<float> state, Span<float> boundaries, Span<float> output,
        Span<float> work)
    {
        Debug.Assert(state.Length == sequence.Rates.Length, "the state is (N, D)");
        Debug.Assert(boundaries.IsEmpty || boundaries.Length >= Chunks(sequence.Rows) * state.Length, "one state a chunk");
        Debug.Assert(
            output.Length == sequence.Input.Length && work.Length >= ForwardWork, "output and work have their sizes");
        Debug.Assert(channel >= 0 && channel + channels <= sequence.Channels, "the sequence has these channels");
        fixed (float* rates = sequence.Rates, skip = sequence.Skip, u = sequence.Input,
            steps = sequence.Steps, projections = sequence.Projections)
        fixed (float* x = state, y = output, memory = work)
        {
            var all = Rows(sequence, rates, skip, u, steps, projections).From(channel);
            for (int first = 0, chunk = 0; first < all.Rows; first += ChunkRows, chunk++)
            {
                for (int at = channel; !boundaries.IsEmpty && at < state.Length; at += all.Channels)
                    state.Slice(at, channels).CopyTo(boundaries[(chunk * state.Length + at)..]);
                var part = all.Part(first, Math.Min(ChunkRows, all.Rows - first));
                float* to = y + (nint)first * all.Channels + channel;
                if (sequence.IsHeld)
                    Elements.Run(new SelectiveForward.Scan<HeldInput>(part, x + channel, to, Align(memory)), channels);
                else
                    Elements.Run(new SelectiveForward.Scan<EulerInput>(part, x + channel, to, Align(memory)), channels);
            }
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>.</summary>
    /// <param name="sequence">As in Forward.</param>
    /// <param name="boundaries">As Forward left them.</param>
    /// <param name="outputGradient">Gradient of y, (rows, D).</param>
    /// <param name="carry">In: the gradient of the state behind the last row, (N, D). Out: that of the state before the first.</param>
    /// <param name="gradients">Where the gradients go.</param>
    /// <param name="work">Work memory, as large as <see cref="BackwardWork"/> says.</param>
    public static void Backward(
        in SelectiveSequence sequence, ReadOnlySpan<float> boundaries, ReadOnlySpan<float> outputGradient,
        Span<float> carry, in SelectiveGradients gradients, Span<float> work)
    {
        Debug.Assert(
            carry.Length == sequence.Rates.Length && work.Length >= BackwardWork(sequence.States), "carry and work have their sizes");
        fixed (float* rates = sequence.Rates, skip = sequence.Skip, u = sequence.Input,
            steps = sequence.Steps, projections = sequence.Projections)
        fixed (float* before = boundaries, dy = outputGradient, s = carry, memory = work)
        fixed (float* dRates = gradients.Rates, dSkip = gradients.Skip, du = gradients.Input,
            dSteps = gradients.Steps, dProjections = gradients.Projections)
        {
            var all = Rows(sequence, rates, skip, u, steps, projections);
            int offset = sequence.ProjectionSize - 2 * all.States;
            for (int chunk = Chunks(all.Rows) - 1; chunk >= 0; chunk--)
            {
                int first = chunk * ChunkRows;
                nint row = (nint)first * all.Channels;
                var part = all.Part(first, Math.Min(ChunkRows, all.Rows - first));
                var to = new SelectiveBackward.Operands(
                    before + (nint)chunk * carry.Length, dy + row, s, dRates, dSkip,
                    du + row, dSteps + row, dProjections + (nint)first * all.Projection + offset, Align(memory));
                if (sequence.IsHeld)
                    SelectiveBackward.Run<HeldInput>(part, to);
                else
                    SelectiveBackward.Run<EulerInput>(part, to);
            }
        }
    }

    /// <summary>Computes only what <see cref="Backward"/> leaves in <paramref name="carry"/>.</summary>
    public static void Begin(in SelectiveSequence sequence, ReadOnlySpan<float> outputGradient, Span<float> carry)
    {
        Debug.Assert(carry.Length == sequence.Rates.Length, "carry is (N, D)");
        fixed (float* rates = sequence.Rates, skip = sequence.Skip, u = sequence.Input,
            steps = sequence.Steps, projections = sequence.Projections)
        fixed (float* dy = outputGradient, s = carry)
        {
            var all = Rows(sequence, rates, skip, u, steps, projections);
            for (int chunk = Chunks(all.Rows) - 1; chunk >= 0; chunk--)
            {
                int first = chunk * ChunkRows;
                var part = all.Part(first, Math.Min(ChunkRows, all.Rows - first));
                Elements.Run(new SelectiveBackward.Begin(part, dy + (nint)first * all.Channels, s), all.Channels);
            }
        }
    }

    /// <summary>
    /// Hands the gradient of a state on over a piece: <c>next = end + exp(A sum) before</c>. A, end, before and next are (N, D);
    /// sum, the sum of Delta over the piece, is (D). It does so for some channels.
    /// </summary>
    public static void Carry(
        ReadOnlySpan<float> rates, ReadOnlySpan<float> stepSum, int channel, int channels, ReadOnlySpan<float> end,
        ReadOnlySpan<float> before, Span<float> next)
    {
        fixed (float* a = rates, sum = stepSum, e = end, b = before, to = next)
            for (int at = channel; at < rates.Length; at += stepSum.Length)
                Elements.Run(new CarryKernel(a + at, sum + channel, e + at, b + at, to + at), channels);
    }

    /// <summary>Returns <c>exp(Delta A)</c>, and gives <c>(exp(Delta A) - 1) / A</c> as <paramref name="held"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay<TLane, TVector>(TVector step, TVector rate, out TVector held)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector minusOne = LaneMath.Exp2MinusOne<TLane, TVector>(TLane.Multiply(step, rate), out TVector decay);
        held = TLane.Divide(minusOne, TLane.Multiply(rate, TLane.Broadcast(Ln2)));
        return decay;
    }

    /// <summary>Whether four states fit the registers. Only the widest lanes have enough, 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TakesFour<TLane, TVector>()
        where TLane : ILane<TVector>
        where TVector : struct
        => TLane.Count == Widest;

    /// <summary>Loads up to four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLane, TVector, TCount>(float* from, nint apart, out TVector x0, out TVector x1, out TVector x2, out TVector x3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount
    {
        x0 = TLane.Load(from);
        x1 = TCount.Value > 1 ? TLane.Load(from + apart) : default;
        x2 = TCount.Value > 2 ? TLane.Load(from + 2 * apart) : default;
        x3 = TCount.Value > 3 ? TLane.Load(from + 3 * apart) : default;
    }

    /// <summary>Stores up to four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane, TVector, TCount>(float* to, nint apart, TVector x0, TVector x1, TVector x2, TVector x3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount
    {
        TLane.Store(to, x0);
        if (TCount.Value > 1)
            TLane.Store(to + apart, x1);
        if (TCount.Value > 2)
            TLane.Store(to + 2 * apart, x2);
        if (TCount.Value > 3)
            TLane.Store(to + 3 * apart, x3);
    }

    /// <summary>Multiplies up to four vectors by <paramref name="factor"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale<TLane, TVector, TCount>(TVector factor, ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount
    {
        x0 = TLane.Multiply(factor, x0);
        if (TCount.Value > 1)
            x1 = TLane.Multiply(factor, x1);
        if (TCount.Value > 2)
            x2 = TLane.Multiply(factor, x2);
        if (TCount.Value > 3)
            x3 = TLane.Multiply(factor, x3);
    }

    private const float Ln2 = 0.693147182f;

    private static SelectiveRows Rows(in SelectiveSequence s, float* rates, float* skip, float* u, float* steps, float* projections)
        => new(rates, skip, u, steps, projections + s.ProjectionSize - 2 * s.States, s.Channels, s.States, s.ProjectionSize, s.Rows);

    private static float* Align(float* memory) => (float*)(((nuint)memory + 63) & ~(nuint)63);

    private readonly struct CarryKernel(float* rates, float* stepSum, float* end, float* before, float* next) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector rate = TLane.Multiply(TLane.Load(rates + i), TLane.Broadcast(LaneMath.Log2E));
            TVector decay = LaneMath.Exp2<TLane, TVector>(TLane.Multiply(TLane.Load(stepSum + i), rate));
            TLane.Store(next + i, TLane.MultiplyAdd(decay, TLane.Load(before + i), TLane.Load(end + i)));
        }
    }
}
