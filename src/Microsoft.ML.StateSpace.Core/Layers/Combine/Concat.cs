using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Concatenates the outputs of two branches: <c>y = [first(x) | second(x)]</c>. The second branch must be position-wise. If there is no
/// first branch, the input itself stands in its place.
/// Shapes: (rows, H) to (rows, H1 + H2). Kept: what the branches keep.
/// </summary>
internal sealed class Concat : ScanLayer
{
    public ScanLayer? First { get; }

    public Layer Second { get; }

    public Concat(ScanLayer? first, Layer second)
    {
        if (second is ScanLayer { Carries: > 0 })
            throw new ArgumentException("The second layer of a Concat must be position-wise: it must have no carries.", nameof(second));
        (First, Second) = (first, second);
    }

    public override int InputSize => Second.InputSize;

    public override int OutputSize => FirstSize + Second.OutputSize;

    public override int Carries => First?.Carries ?? 0;

    public override bool CanBeCut => First?.CanBeCut ?? true;

    public override int StateSize => First?.StateSize ?? 0;

    private int FirstSize => First?.OutputSize ?? InputSize;

    public override long KeptSize(long rows, long sequences) => FirstKept(rows, sequences).Length + Second.KeptSize(rows, sequences);

    // The outputs of both branches, or the gradients of these outputs.
    public override long ScratchSize(long rows, long sequences)
        => rows * OutputSize + Math.Max(First?.ScratchSize(rows, sequences) ?? 0, Second.ScratchSize(rows, sequences));

    public override void Prepare(in Weights weights)
    {
        First?.Prepare(weights);
        Second.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        First?.PrepareBackward(weights, gradients);
        Second.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var scratch = pass.Scratch;
        Span<float> a = scratch.Take(pass.Rows * FirstSize), b = scratch.Take(pass.Rows * Second.OutputSize);
        var inner = pass.With(scratch);
        var own = FirstKept(pass.Rows, pass.Sequences);
        First?.ForwardPhase(phase, inner, input, a, own.Of(kept));
        if (phase < Carries)
            return;
        Second.Forward(inner, input, b, kept[(int)own.Length..]);
        Copy(First is null ? input : a, FirstSize, 0, FirstSize, output, OutputSize, 0);
        Copy(b, Second.OutputSize, 0, Second.OutputSize, output, OutputSize, FirstSize);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        Span<float> da = scratch.Take(pass.Rows * FirstSize), db = scratch.Take(pass.Rows * Second.OutputSize);
        var inner = pass.With(scratch);
        var own = FirstKept(pass.Rows, pass.Sequences);
        if (phase == Carries)
        {
            Copy(outputGradient, OutputSize, 0, FirstSize, da, FirstSize, 0);
            Copy(outputGradient, OutputSize, FirstSize, Second.OutputSize, db, Second.OutputSize, 0);
            Second.Backward(inner, input, kept[(int)own.Length..], db, inputGradient, gradients);
        }
        if (First is null)
            Activations.Add(da, inputGradient);
        else
            First.BackwardPhase(phase, inner, input, own.Of(kept), da, inputGradient, gradients);
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept) => First!.ClearEdges(carry, rows, FirstKept(rows, 1).Of(kept));

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => First!.ForwardCarry(
            carry, weights, rows, FirstKept(rows, 1).Of(kept), rowsBehind, FirstKept(rowsBehind, 1).Of(keptBehind), reverse);

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => First!.ClearGradientEdges(carry, rows, scratch[(rows * OutputSize)..]);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => First!.BackwardCarry(
            carry, weights, rows, scratch[(rows * OutputSize)..], rowsBefore, scratchBefore[(rowsBefore * OutputSize)..], reverse);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        if (First is null)
            input.CopyTo(output);
        else
            First.Step(pass, input, output[..FirstSize], state);
        Second.Step(pass, input, output[FirstSize..], default);
    }

    public override long StepEachScratchSize(int streams)
        => (long)streams * OutputSize + Math.Max(First?.StepEachScratchSize(streams) ?? 0, Second.StepEachScratchSize(streams));

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        var scratch = pass.Scratch;
        Span<float> a = scratch.Take((long)states.Count * FirstSize), b = scratch.Take((long)states.Count * Second.OutputSize);
        var inner = pass.With(scratch);
        First?.StepEach(inner, input, a, states);
        Second.StepEach(inner, input, b, states);
        Copy(First is null ? input : a, FirstSize, 0, FirstSize, output, OutputSize, 0);
        Copy(b, Second.OutputSize, 0, Second.OutputSize, output, OutputSize, FirstSize);
    }

    private Slot FirstKept(long rows, long sequences) => new(0, First?.KeptSize(rows, sequences) ?? 0);

    // Copies some columns of every row.
    private static void Copy(ReadOnlySpan<float> from, int fromSize, int fromColumn, int columns, Span<float> to, int toSize, int toColumn)
    {
        for (int i = fromColumn, j = toColumn; i < from.Length; i += fromSize, j += toSize)
            from.Slice(i, columns).CopyTo(to[j..]);
    }
}
