using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Two branches side by side: <c>y = [first(x) | second(x)]</c>; the second is position-wise, and without a first its place is the input's.
/// Shapes: (rows, H) to (rows, H1 + H2). Kept: what the branches keep.
/// </summary>
internal sealed class Beside : TimeLayer
{
    private readonly TimeLayer? _first;
    private readonly Layer _second;

    public Beside(TimeLayer? first, Layer second)
    {
        if (second is TimeLayer { Links: > 0 })
            throw new ArgumentException("What stands beside must be position-wise.", nameof(second));
        (_first, _second) = (first, second);
    }

    public override int InputSize => _second.InputSize;

    public override int OutputSize => FirstSize + _second.OutputSize;

    public override int Links => _first?.Links ?? 0;

    public override bool CanBeCut => _first?.CanBeCut ?? true;

    public override int StateSize => _first?.StateSize ?? 0;

    private int FirstSize => _first?.OutputSize ?? InputSize;

    public override int KeptSize(int rows, int sequences) => FirstKept(rows, sequences).Length + _second.KeptSize(rows, sequences);

    // a branch's output or its gradient
    public override int ScratchSize(int rows, int sequences)
        => rows * OutputSize + Math.Max(_first?.ScratchSize(rows, sequences) ?? 0, _second.ScratchSize(rows, sequences));

    public override void Prepare(in Weights weights)
    {
        _first?.Prepare(weights);
        _second.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        _first?.PrepareBackward(weights, gradients);
        _second.PrepareBackward(weights, gradients);
    }

    public override void ForwardPart(int part, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var scratch = pass.Scratch;
        Span<float> a = scratch.Take(pass.Rows * FirstSize), b = scratch.Take(pass.Rows * _second.OutputSize);
        var inner = pass.With(scratch);
        var own = FirstKept(pass.Rows, pass.Sequences);
        _first?.ForwardPart(part, inner, input, a, own.Of(kept));
        if (part < Links)
            return;
        _second.Forward(inner, input, b, kept[own.Length..]);
        Copy(_first is null ? input : a, FirstSize, 0, FirstSize, output, OutputSize, 0);
        Copy(b, _second.OutputSize, 0, _second.OutputSize, output, OutputSize, FirstSize);
    }

    public override void BackwardPart(
        int part, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        Span<float> da = scratch.Take(pass.Rows * FirstSize), db = scratch.Take(pass.Rows * _second.OutputSize);
        var inner = pass.With(scratch);
        var own = FirstKept(pass.Rows, pass.Sequences);
        if (part == Links)
        {
            Copy(outputGradient, OutputSize, 0, FirstSize, da, FirstSize, 0);
            Copy(outputGradient, OutputSize, FirstSize, _second.OutputSize, db, _second.OutputSize, 0);
            _second.Backward(inner, input, kept[own.Length..], db, inputGradient, gradients);
        }
        if (_first is null)
            Activations.Add(da, inputGradient);
        else
            _first.BackwardPart(part, inner, input, own.Of(kept), da, inputGradient, gradients);
    }

    public override void ClearEdges(int link, int rows, Span<float> kept) => _first!.ClearEdges(link, rows, FirstKept(rows, 1).Of(kept));

    public override void ForwardLink(int link, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _first!.ForwardLink(link, weights, rows, FirstKept(rows, 1).Of(kept), rowsBehind, FirstKept(rowsBehind, 1).Of(keptBehind), reverse);

    public override void ClearGradientEdges(int link, int rows, Span<float> scratch) => _first!.ClearGradientEdges(link, rows, scratch[(rows * OutputSize)..]);

    public override void BackwardLink(int link, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _first!.BackwardLink(link, weights, rows, scratch[(rows * OutputSize)..], rowsBefore, scratchBefore[(rowsBefore * OutputSize)..], reverse);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        if (_first is null)
            input.CopyTo(output);
        else
            _first.Step(pass, input, output[..FirstSize], state);
        _second.Step(pass, input, output[FirstSize..], default);
    }

    private Slot FirstKept(int rows, int sequences) => new(0, _first?.KeptSize(rows, sequences) ?? 0);

    // Columns of every row.
    private static void Copy(ReadOnlySpan<float> from, int fromSize, int fromColumn, int columns, Span<float> to, int toSize, int toColumn)
    {
        for (int i = fromColumn, j = toColumn; i < from.Length; i += fromSize, j += toSize)
            from.Slice(i, columns).CopyTo(to[j..]);
    }
}
