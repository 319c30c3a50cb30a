using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Two branches multiplied element by element: <c>y = value(x) * gate(x)</c>; the gate is position-wise. The multiplicative interaction of Mamba, Griffin and H3.
/// Kept: the outputs of both branches, and what they keep.
/// </summary>
internal sealed class Gated : TimeLayer
{
    private readonly TimeLayer _value;
    private readonly TimeLayer _gate;

    public Gated(TimeLayer value, TimeLayer gate)
    {
        if (gate.Links > 0)
            throw new ArgumentException("A gate must be position-wise.", nameof(gate));
        (_value, _gate) = (value, gate);
    }

    public override int InputSize => _value.InputSize;

    public override int OutputSize => _value.OutputSize;

    public override int Links => _value.Links;

    public override bool CanBeCut => _value.CanBeCut;

    public override int StateSize => _value.StateSize;

    public override int KeptSize(int rows, int sequences) => Split(rows, sequences).Gate.Offset + _gate.KeptSize(rows, sequences);

    // the gradients of both branches, or their outputs
    public override int ScratchSize(int rows, int sequences)
        => 2 * rows * OutputSize + Math.Max(_value.ScratchSize(rows, sequences), _gate.ScratchSize(rows, sequences));

    public override void Prepare(in Weights weights)
    {
        _value.Prepare(weights);
        _gate.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        _value.PrepareBackward(weights, gradients);
        _gate.PrepareBackward(weights, gradients);
    }

    public override void ForwardPart(int part, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var parts = Split(pass.Rows, pass.Sequences);
        Span<float> a = parts.ValueOutput.Of(kept), b = parts.GateOutput.Of(kept);
        _value.ForwardPart(part, pass, input, a, parts.Value.Of(kept));
        if (part < Links)
            return;
        _gate.Forward(pass, input, b, parts.Gate.Of(kept));
        Activations.Gate(a, b, output);
    }

    public override void BackwardPart(
        int part, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var parts = Split(pass.Rows, pass.Sequences);
        var scratch = pass.Scratch;
        Span<float> da = scratch.Take(outputGradient.Length), db = scratch.Take(outputGradient.Length);
        var inner = pass.With(scratch);
        if (part == Links)
        {
            Activations.Gate(outputGradient, parts.GateOutput.Of(kept), da);
            Activations.Gate(outputGradient, parts.ValueOutput.Of(kept), db);
            _gate.Backward(inner, input, parts.Gate.Of(kept), db, inputGradient, gradients);
        }
        _value.BackwardPart(part, inner, input, parts.Value.Of(kept), da, inputGradient, gradients);
    }

    public override void ClearEdges(int link, int rows, Span<float> kept) => _value.ClearEdges(link, rows, Split(rows, 1).Value.Of(kept));

    public override void ForwardLink(int link, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _value.ForwardLink(link, weights, rows, Split(rows, 1).Value.Of(kept), rowsBehind, Split(rowsBehind, 1).Value.Of(keptBehind), reverse);

    public override void ClearGradientEdges(int link, int rows, Span<float> scratch) => _value.ClearGradientEdges(link, rows, scratch[(2 * rows * OutputSize)..]);

    public override void BackwardLink(int link, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _value.BackwardLink(link, weights, rows, scratch[(2 * rows * OutputSize)..], rowsBefore, scratchBefore[(2 * rowsBefore * OutputSize)..], reverse);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var b = scratch.Take(OutputSize);
        var inner = pass.With(scratch);
        _value.Step(inner, input, output, state);
        _gate.Step(inner, input, b, default);
        Activations.Gate(output, b, output);
    }

    private (Slot ValueOutput, Slot GateOutput, Slot Value, Slot Gate) Split(int rows, int sequences)
    {
        var valueOutput = new Slot(0, rows * OutputSize);
        var gateOutput = valueOutput.Next(rows * OutputSize);
        var value = gateOutput.Next(_value.KeptSize(rows, sequences));
        return (valueOutput, gateOutput, value, value.Next(_gate.KeptSize(rows, sequences)));
    }
}
