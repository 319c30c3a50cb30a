using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Two causal cores, each with its own parameters. One reads every sequence from its start, the other from its end:
/// <c>y = f(x) + reverse(g(reverse(x)))</c>.
/// The output at a time step depends on later steps, so the layer cannot stream. Shapes: as the two cores. Kept: the reversed input, and
/// what both cores keep; where time steps come with intervals, also the time that leads to each row from behind, in reverse order.
/// </summary>
internal sealed class Bidirectional(ScanLayer forward, ScanLayer backward, bool hasIntervals = false) : ScanLayer
{
    /// <summary>f, which reads from the start.</summary>
    public ScanLayer FromStart => forward;

    /// <summary>g, which reads from the end.</summary>
    public ScanLayer FromEnd => backward;

    public override int InputSize => forward.InputSize;

    public override int OutputSize => forward.OutputSize;

    public override int Carries => forward.Carries;

    public override bool CanBeCut => forward.CanBeCut && backward.CanBeCut;

    public override long KeptSize(long rows, long sequences) => Split(rows, sequences).Backward.Offset + backward.KeptSize(rows, sequences);

    // Forward: the reversed output. Backward: both gradients of the reversed rows. After them, the scratch memory of each core, which the
    // core must find unchanged in its next phase.
    public override long ScratchSize(long rows, long sequences)
        => rows * (InputSize + OutputSize) + forward.ScratchSize(rows, sequences) + backward.ScratchSize(rows, sequences);

    public override void Prepare(in Weights weights)
    {
        forward.Prepare(weights);
        backward.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        forward.PrepareBackward(weights, gradients);
        backward.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        var reversed = slots.Reversed.Of(kept);
        var intervals = slots.Intervals.Of(kept);
        if (phase == 0)
        {
            Reverse(pass, input, reversed);
            if (hasIntervals)
                Reverse(pass, pass.IntervalsBehind, intervals);
        }
        var memory = Memory(pass);
        forward.ForwardPhase(phase, pass.With(memory.Forward), input, output, slots.Forward.Of(kept));
        backward.ForwardPhase(phase, pass.FromEnd(memory.Backward, intervals), reversed, memory.Output, slots.Backward.Of(kept));
        if (phase == Carries)
            AddReversed(pass, memory.Output, output);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        var memory = Memory(pass);
        if (phase == Carries)
        {
            Reverse(pass, outputGradient, memory.Output);
            memory.Input.Clear();
        }
        forward.BackwardPhase(phase, pass.With(memory.Forward), input, slots.Forward.Of(kept), outputGradient, inputGradient, gradients);
        backward.BackwardPhase(
            phase, pass.FromEnd(memory.Backward, slots.Intervals.Of(kept)), slots.Reversed.Of(kept), slots.Backward.Of(kept),
            memory.Output, memory.Input, gradients);
        if (phase == 0)
            AddReversed(pass, memory.Input, inputGradient);
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept)
    {
        forward.ClearEdges(carry, rows, Split(rows, 1).Forward.Of(kept));
        backward.ClearEdges(carry, rows, Split(rows, 1).Backward.Of(kept));
    }

    // For the reversed core the previous piece in time is the next one, so it is asked for a carry that is not reversed.
    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (reverse)
            backward.ForwardCarry(
                carry, weights, rows, Split(rows, 1).Backward.Of(kept),
                rowsBehind, Split(rowsBehind, 1).Backward.Of(keptBehind), reverse: false);
        else
            forward.ForwardCarry(
                carry, weights, rows, Split(rows, 1).Forward.Of(kept),
                rowsBehind, Split(rowsBehind, 1).Forward.Of(keptBehind), reverse: false);
    }

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
    {
        forward.ClearGradientEdges(carry, rows, ForwardScratch(rows, scratch));
        backward.ClearGradientEdges(carry, rows, BackwardScratch(rows, scratch));
    }

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse)
            backward.BackwardCarry(
                carry, weights, rows, BackwardScratch(rows, scratch),
                rowsBefore, BackwardScratch(rowsBefore, scratchBefore), reverse: false);
        else
            forward.BackwardCarry(
                carry, weights, rows, ForwardScratch(rows, scratch),
                rowsBefore, ForwardScratch(rowsBefore, scratchBefore), reverse: false);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => throw new InvalidOperationException("A bidirectional layer sees the future and cannot make single steps.");

    private (Slot Reversed, Slot Intervals, Slot Forward, Slot Backward) Split(long rows, long sequences)
    {
        var reversed = new Slot(0, rows * InputSize);
        var intervals = reversed.Next(hasIntervals ? rows : 0);
        var ahead = intervals.Next(forward.KeptSize(rows, sequences));
        return (reversed, intervals, ahead, ahead.Next(backward.KeptSize(rows, sequences)));
    }

    private Buffers Memory(in Pass pass)
    {
        int rows = pass.Rows, input = rows * InputSize, both = input + rows * OutputSize;
        int own = (int)forward.ScratchSize(rows, pass.Sequences);
        return new Buffers
        {
            Input = pass.Scratch[..input],
            Output = pass.Scratch[input..both],
            Forward = pass.Scratch.Slice(both, own),
            Backward = pass.Scratch[(both + own)..]
        };
    }

    private Span<float> ForwardScratch(int rows, Span<float> scratch)
        => scratch.Slice(rows * (InputSize + OutputSize), (int)forward.ScratchSize(rows, 1));

    private Span<float> BackwardScratch(int rows, Span<float> scratch)
        => scratch[(rows * (InputSize + OutputSize) + (int)forward.ScratchSize(rows, 1))..];

    // Copies the rows of every sequence in reverse order.
    private static void Reverse(in Pass pass, ReadOnlySpan<float> rows, Span<float> reversed)
    {
        int size = rows.Length / pass.Rows;
        for (int s = 0; s < pass.Sequences; s++)
            for (int from = pass.Starts[s], to = pass.Starts[s + 1] - 1; to >= pass.Starts[s]; from++, to--)
                rows.Slice(from * size, size).CopyTo(reversed[(to * size)..]);
    }

    private static void AddReversed(in Pass pass, ReadOnlySpan<float> reversed, Span<float> sum)
    {
        int size = sum.Length / pass.Rows;
        for (int s = 0; s < pass.Sequences; s++)
        {
            for (int from = pass.Starts[s], to = pass.Starts[s + 1] - 1; to >= pass.Starts[s]; from++, to--)
            {
                var row = sum.Slice(to * size, size);
                Activations.Add(reversed.Slice(from * size, size), row);
            }
        }
    }

    private readonly ref struct Buffers
    {
        public required Span<float> Input { get; init; }

        public required Span<float> Output { get; init; }

        public required Span<float> Forward { get; init; }

        public required Span<float> Backward { get; init; }
    }
}
