using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The selective state space of Mamba: <c>[dt, B_t, C_t] = XProj u_t</c>, <c>Delta_t = softplus(DtProj dt + DtBias)</c>,
/// <c>x_t = exp(Delta_t A) x_{t-1} + (Delta_t u_t) B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, with <c>A = -exp(ALog)</c>. u, y and Delta have
/// D channels, and each channel has N states.
/// Source: Gu and Dao, "Mamba", 2023, arXiv:2312.00752, section 3 and algorithm 2; reference code state-spaces/mamba.
/// Shapes: (rows, D) to (rows, D); parameters ALog (D, N), D (D), XProj (R + 2N, D), DtProj (D, R), DtBias (D).
/// Cost: N exponentials and 6 N flops a channel and row forward; see <see cref="SelectiveScan"/>. Kept: Delta, the projections, and the
/// state before each chunk.
/// Departs from the code in an option: the input may be held over a step, with <c>(exp(Delta A) - 1) / A</c> in place of Delta. Where time
/// steps come with intervals, each Delta_t is multiplied by the interval of its row.
/// </summary>
internal sealed partial class S6 : RecurrentLayer
{
    /// <summary>The largest rate -A. Beyond it, Delta A cannot be told from minus infinity.</summary>
    public const double LargestRate = 1e20;

    /// <summary>The smallest rate -A. Below it, Delta A cannot be told from zero.</summary>
    public const double SmallestRate = 1e-30;

    // A panel is a number of rows that go through the whole pass before the next rows do. What one step of the work leaves for another then
    // stays in the caches.
    private const int Panel = 4 * SelectiveScan.ChunkRows;

    public bool IsHeld { get; }

    /// <summary>Whether every row has an interval, which multiplies its step size.</summary>
    public bool HasIntervals { get; }

    public int States { get; }

    public int Rank { get; }

    public Parameter ALog { get; }

    /// <summary>A, (N, D).</summary>
    public Slot Rates { get; }

    public Parameter FeedThrough { get; }

    public Parameter XProj { get; }

    public Parameter DtProj { get; }

    public Parameter DtBias { get; }

    public S6(ParameterLayout layout, S6Options options, int size, int states, bool hasIntervals = false)
    {
        HasIntervals = hasIntervals;
        InputSize = OutputSize = size;
        IsHeld = options.InputDiscretization == InputDiscretization.ZeroOrderHold;
        States = states;
        Rank = options.StepRank ?? Math.Max(1, ((options.ModelSize ?? size) + 15) / 16);
        Rates = layout.AddPrepared(size * states);
        ALog = layout.Add("ALog", [size, states], ParameterGroup.StateSpace, (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)Math.Log(i % states + 1);
        });
        FeedThrough = layout.Add("D", [size], ParameterGroup.Plain, Initialize.Constant(1));
        XProj = layout.Add("XProj", [Rank + 2 * states, size], ParameterGroup.Decayed, Initialize.Uniform(1 / Math.Sqrt(size)));
        DtProj = layout.Add("DtProj", [size, Rank], ParameterGroup.Decayed, Initialize.Uniform(1 / Math.Sqrt(Rank)));
        DtBias = layout.Add(
            "DtBias", [size], ParameterGroup.StateSpace,
            Initialize.SoftplusSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => States * InputSize;

    private int PanelBoundaries => Panel / SelectiveScan.ChunkRows * StateSize;

    // R + 2N
    private int ProjectionSize => Rank + 2 * States;

    // For a piece: the state before it, or the gradient of the state after it.
    private Slot Outer => new(0, StateSize);

    // For a piece on the way back: the gradient of the state before it, computed from a zero gradient of the state after it.
    private Slot Inner => Outer.Next(StateSize);

    // The sum of Delta.
    private Slot StepSum => Inner.Next(InputSize);

    private long EdgeSize => StepSum.Offset + StepSum.Length;

    // The state before a piece, the projections, Delta, the state before each chunk.
    public override long KeptSize(long rows, long sequences)
        => StateSize + rows * (ProjectionSize + InputSize) + (rows / SelectiveScan.ChunkRows + sequences) * StateSize;

    // The edge, the gradients of the projections and of Delta for one panel, a state, and working memory. A step needs no more.
    public override long ScratchSize(long rows, long sequences)
        => EdgeSize + Panel * (ProjectionSize + InputSize) + StateSize + SelectiveScan.BackwardWork(States);

    public override void Prepare(in Weights weights)
    {
        var aLog = ALog.Of(weights.Values);
        var rates = Rates.Of(weights.Prepared);
        for (int d = 0; d < InputSize; d++)
            for (int n = 0; n < States; n++)
                rates[n * InputSize + d] = -(float)Math.Clamp(Math.Exp(aLog[d * States + n]), SmallestRate, LargestRate);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        ReadOnlySpan<float> rates = Rates.Of(weights.Prepared), dRates = Rates.Of(gradients.Prepared);
        var dALog = ALog.Of(gradients.Values);
        // A = -exp(ALog)
        for (int d = 0; d < InputSize; d++)
            for (int n = 0; n < States; n++)
                dALog[d * States + n] += dRates[n * InputSize + d] * rates[n * InputSize + d];
    }

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        if (!pass.IsPiece)
            return;
        kept.Take(StateSize);
        Span<float> projections = kept.Take(pass.Rows * ProjectionSize), steps = kept.Take(pass.Rows * InputSize);
        for (int first = 0; first < pass.Rows; first += Panel)
        {
            RowsOf(pass.Rows, first, out var channels, out var projected);
            Project(pass, first, input[channels], projections[projected], steps[channels]);
        }
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        // A piece was scanned as the carry went through it.
        if (pass.IsPiece)
            return;
        int rows = pass.Rows, size = InputSize, width = ProjectionSize;
        kept.Take(StateSize);
        Span<float> projections = kept.Take(rows * width), steps = kept.Take(rows * size), scratch = pass.Scratch,
            state = scratch.Take(StateSize);
        for (int s = 0; s < pass.Sequences; s++)
        {
            if (pass.Continues)
                pass.State.CopyTo(state);
            else
                state.Clear();
            for (int first = pass.Starts[s], end = pass.Starts[s + 1], boundary = BoundaryOf(s, first);
                first < end;
                first += Panel, boundary += PanelBoundaries)
            {
                RowsOf(end, first, out var channels, out var projected);
                Project(pass, first, input[channels], projections[projected], steps[channels]);
                var panel = Sequence(pass, input[channels], projections[projected], steps[channels]);
                SelectiveScan.Forward(panel, 0, size, state, kept[boundary..], output[channels], scratch);
            }
            if (!pass.State.IsEmpty)
                state.CopyTo(pass.State);
        }
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (!pass.IsPiece)
            return;
        kept.Take(StateSize);
        ReadOnlySpan<float> projections = kept.Take(pass.Rows * ProjectionSize), steps = kept.Take(pass.Rows * InputSize);
        var edge = pass.Scratch[..(int)EdgeSize];
        Inner.Of(edge).Clear();
        SelectiveScan.Begin(Sequence(pass, outputGradient, projections, steps), outputGradient, Inner.Of(edge));
        StepSum.Of(edge).Clear();
        RowKernels.AddRowSum(steps, StepSum.Of(edge));
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize, width = ProjectionSize;
        var values = pass.Weights.Values;
        kept.Take(StateSize);
        ReadOnlySpan<float> projections = kept.Take(rows * width), steps = kept.Take(rows * size);
        var scratch = pass.Scratch;
        var edge = scratch.Take(EdgeSize);
        Span<float> dProjections = scratch.Take(Panel * width), dSteps = scratch.Take(Panel * size), carry = scratch.Take(StateSize);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            if (pass.IsPiece)
                Outer.Of(edge).CopyTo(carry);
            else
                carry.Clear();
            for (int panel = (length - 1) / Panel; panel >= 0; panel--)
            {
                int first = start + panel * Panel, count = RowsOf(start + length, first, out var channels, out var projected);
                ReadOnlySpan<float> u = input[channels], p = projections[projected], delta = steps[channels];
                Span<float> du = inputGradient[channels], dp = dProjections[..(count * width)], dDelta = dSteps[..(count * size)];
                // y, x = scan(u, Delta, B, C)
                var sums = new SelectiveGradients
                {
                    Rates = Rates.Of(gradients.Prepared), Skip = FeedThrough.Of(gradients.Values),
                    Input = du, Steps = dDelta, Projections = dp,
                };
                var boundaries = kept[(BoundaryOf(s, start) + panel * PanelBoundaries)..];
                SelectiveScan.Backward(Sequence(pass, u, p, delta), boundaries, outputGradient[channels], carry, sums, scratch);
                // Delta = softplus(DtProj dt + DtBias)
                if (HasIntervals)
                    IntervalSteps.Backward(pass.Intervals.Slice(first, count), delta, dDelta);
                else
                    Activations.SoftplusBackward(delta, dDelta);
                RowKernels.AddRowSum(dDelta, DtBias.Of(gradients.Values));
                Gemm.Multiply(size, Rank, count, dDelta, size, true, p, width, false, DtProj.Of(gradients.Values), Rank, accumulate: true);
                Gemm.Multiply(count, Rank, size, dDelta, size, false, DtProj.Of(values), Rank, false, dp, width, accumulate: false);
                // [dt, B, C] = XProj u
                Gemm.Multiply(width, size, count, dp, width, true, u, size, false, XProj.Of(gradients.Values), size, accumulate: true);
                Gemm.Multiply(count, size, width, dp, width, false, XProj.Of(values), size, false, du, size, accumulate: true);
            }
        }
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => Outer.Of(keptOrScratch).Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var values = pass.Weights.Values;
        var scratch = pass.Scratch;
        Span<float> projection = scratch.Take(ProjectionSize), steps = scratch.Take(InputSize);
        MatrixVector.Multiply(XProj.Of(values), input, default, projection);
        MatrixVector.Multiply(DtProj.Of(values), projection[..Rank], DtBias.Of(values), steps);
        Activations.Softplus(steps, steps);
        if (HasIntervals)
            IntervalSteps.Scale(pass.Intervals, steps);
        SelectiveScan.Forward(Sequence(pass, input, projection, steps), 0, InputSize, state, default, output, scratch);
    }

    public override long StepEachScratchSize(int streams)
        => (long)streams * (ProjectionSize + InputSize) + SelectiveScan.BackwardWork(States) + StateSize;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int size = InputSize, width = ProjectionSize;
        var scratch = pass.Scratch;
        Span<float> projections = scratch.Take(states.Count * width), steps = scratch.Take(states.Count * size);
        Project(pass, 0, input, projections, steps);
        for (int i = 0; i < states.Count; i++)
        {
            var row = Sequence(
                pass, input.Slice(i * size, size), projections.Slice(i * width, width), steps.Slice(i * size, size));
            SelectiveScan.Forward(row, 0, size, states.Of(i, StateSize), default, output.Slice(i * size, size), scratch);
        }
    }

    // Computes [dt, B, C] and Delta of the rows from row first on.
    private void Project(in Pass pass, int first, ReadOnlySpan<float> input, Span<float> projections, Span<float> steps)
    {
        int size = InputSize, width = ProjectionSize, rows = input.Length / size;
        var values = pass.Weights.Values;
        Gemm.Multiply(rows, width, size, input, size, false, XProj.Of(values), size, true, projections, width, accumulate: false);
        Gemm.Multiply(rows, size, Rank, projections, width, false, DtProj.Of(values), Rank, true, steps, size, accumulate: false);
        RowKernels.AddBias(steps, DtBias.Of(values));
        Activations.Softplus(steps, steps);
        if (HasIntervals)
            IntervalSteps.Scale(pass.Intervals.Slice(first, rows), steps);
    }

    // Returns how many rows the panel that begins at row first has, and where they lie.
    private int RowsOf(int end, int first, out Range channels, out Range projected)
    {
        int count = Math.Min(Panel, end - first);
        channels = (first * InputSize)..((first + count) * InputSize);
        projected = (first * ProjectionSize)..((first + count) * ProjectionSize);
        return count;
    }

    // Where the states before a sequence's chunks begin in kept, after Delta. Every sequence has room there for all its chunks.
    private int BoundaryOf(int sequence, int firstRow) => (firstRow / SelectiveScan.ChunkRows + sequence) * StateSize;

    private SelectiveSequence Sequence(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> projections, ReadOnlySpan<float> steps) => new()
    {
        Rates = Rates.Of((ReadOnlySpan<float>)pass.Weights.Prepared),
        Skip = FeedThrough.Of(pass.Weights.Values),
        Input = input,
        Steps = steps,
        Projections = projections,
        IsHeld = IsHeld,
    };
}
