using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Multiplies the outputs of two branches, row by row: <c>y = value(x) * gate(x)</c>. The derived class says which product that is. The
/// gate must be position-wise.
/// Shapes: (rows, H) to (rows, H1). Kept: the outputs of both branches, and what the branches keep.
/// </summary>
internal abstract class BranchProduct : ScanLayer
{
    public ScanLayer Value { get; }

    public ScanLayer Gate { get; }

    protected BranchProduct(ScanLayer value, ScanLayer gate)
    {
        if (gate.Carries > 0)
            throw new ArgumentException("A gate must be position-wise.", nameof(gate));
        (Value, Gate) = (value, gate);
    }

    /// <summary>Assigns <c>y = value * gate</c> of some rows.</summary>
    protected abstract void Multiply(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y);

    /// <summary>Assigns the gradients of both factors.</summary>
    protected abstract void MultiplyBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dgate);

    public override int InputSize => Value.InputSize;

    public override int Carries => Value.Carries;

    public override bool CanBeCut => Value.CanBeCut;

    public override int StateSize => Value.StateSize;

    public override long KeptSize(long rows, long sequences) => Split(rows, sequences).Gate.Offset + Gate.KeptSize(rows, sequences);

    // The gradients of both branches' outputs. A step needs these outputs.
    public override long ScratchSize(long rows, long sequences)
        => rows * FactorsSize + Math.Max(Value.ScratchSize(rows, sequences), Gate.ScratchSize(rows, sequences));

    private long FactorsSize => Value.OutputSize + Gate.OutputSize;

    public override void Prepare(in Weights weights)
    {
        Value.Prepare(weights);
        Gate.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Value.PrepareBackward(weights, gradients);
        Gate.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        Span<float> a = slots.ValueOutput.Of(kept), b = slots.GateOutput.Of(kept);
        Value.ForwardPhase(phase, pass, input, a, slots.Value.Of(kept));
        if (phase < Carries)
            return;
        Gate.Forward(pass, input, b, slots.Gate.Of(kept));
        Multiply(a, b, output);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        var scratch = pass.Scratch;
        Span<float> da = scratch.Take(slots.ValueOutput.Length), db = scratch.Take(slots.GateOutput.Length);
        var inner = pass.With(scratch);
        if (phase == Carries)
        {
            MultiplyBackward(slots.ValueOutput.Of(kept), slots.GateOutput.Of(kept), outputGradient, da, db);
            Gate.Backward(inner, input, slots.Gate.Of(kept), db, inputGradient, gradients);
        }
        Value.BackwardPhase(phase, inner, input, slots.Value.Of(kept), da, inputGradient, gradients);
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept) => Value.ClearEdges(carry, rows, Split(rows, 1).Value.Of(kept));

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => Value.ForwardCarry(
            carry, weights, rows, Split(rows, 1).Value.Of(kept), rowsBehind, Split(rowsBehind, 1).Value.Of(keptBehind), reverse);

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => Value.ClearGradientEdges(carry, rows, scratch[(int)(rows * FactorsSize)..]);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => Value.BackwardCarry(
            carry, weights, rows, scratch[(int)(rows * FactorsSize)..],
            rowsBefore, scratchBefore[(int)(rowsBefore * FactorsSize)..], reverse);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> a = scratch.Take(Value.OutputSize), b = scratch.Take(Gate.OutputSize);
        var inner = pass.With(scratch);
        Value.Step(inner, input, a, state);
        Gate.Step(inner, input, b, default);
        Multiply(a, b, output);
    }

    public override long StepEachScratchSize(int streams)
        => streams * FactorsSize + Math.Max(Value.StepEachScratchSize(streams), Gate.StepEachScratchSize(streams));

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        var scratch = pass.Scratch;
        Span<float> a = scratch.Take((long)states.Count * Value.OutputSize), b = scratch.Take((long)states.Count * Gate.OutputSize);
        var inner = pass.With(scratch);
        Value.StepEach(inner, input, a, states);
        Gate.StepEach(inner, input, b, states);
        Multiply(a, b, output);
    }

    private (Slot ValueOutput, Slot GateOutput, Slot Value, Slot Gate) Split(long rows, long sequences)
    {
        var valueOutput = new Slot(0, rows * Value.OutputSize);
        var gateOutput = valueOutput.Next(rows * Gate.OutputSize);
        var value = gateOutput.Next(Value.KeptSize(rows, sequences));
        return (valueOutput, gateOutput, value, value.Next(Gate.KeptSize(rows, sequences)));
    }
}
