using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Layers in sequence: <c>y = f_n(... f_2(f_1(x)))</c>. The carries are those of the layers, in order.
/// Shapes: from the input of the first layer to the output of the last. Kept: the output of every layer but the last, and what the layers
/// keep.
/// </summary>
internal sealed class Sequential : ScanLayer
{
    public Layer[] Layers { get; }

    private readonly (int Layer, int Carry)[] _carries;

    public Sequential(params Layer[] layers)
    {
        Layers = layers;
        StateSize = layers.Sum(layer => layer.StateSize);
        BetweenSize = layers.SkipLast(1).Sum(layer => layer.OutputSize);
        _carries = [.. layers.SelectMany((layer, i) => Enumerable.Range(0, CarriesOf(layer)).Select(carry => (i, carry)))];
    }

    public override int InputSize => Layers[0].InputSize;

    public override int OutputSize => Layers[^1].OutputSize;

    public override int Carries => _carries.Length;

    public override bool CanBeCut => Layers.All(layer => (layer as ScanLayer)?.CanBeCut ?? true);

    public override int StateSize { get; }

    public override long KeptSize(long rows, long sequences)
    {
        long sum = rows * BetweenSize;
        foreach (var layer in Layers)
            sum += layer.KeptSize(rows, sequences);
        return sum;
    }

    // In a pass: the gradients of the values between layers. In a step: these values.
    public override long ScratchSize(long rows, long sequences)
    {
        long largest = 0;
        foreach (var layer in Layers)
            largest = Math.Max(largest, layer.ScratchSize(rows, sequences));
        return rows * BetweenSize + largest;
    }

    // Sum of the channels of all values between layers.
    private int BetweenSize { get; }

    public override void Prepare(in Weights weights)
    {
        foreach (var layer in Layers)
            layer.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        foreach (var layer in Layers)
            layer.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows;
        var (first, inner) = phase == 0 ? (0, 0) : (_carries[phase - 1].Layer, _carries[phase - 1].Carry + 1);
        for (int i = first; i < Layers.Length; i++, inner = 0)
        {
            var layer = Layers[i];
            var x = i == 0 ? input : Between(rows, i - 1).Of((ReadOnlySpan<float>)kept);
            var y = i == Layers.Length - 1 ? output : Between(rows, i).Of(kept);
            var own = Kept(rows, pass.Sequences, i).Of(kept);
            var innerPass = pass.State.IsEmpty ? pass : pass.With(pass.Scratch, StateOf(i, pass.State));
            if (layer is ScanLayer scan)
                scan.ForwardPhase(inner, innerPass, x, y, own);
            else
                layer.Forward(innerPass, x, y, own);
            if (inner < CarriesOf(layer))
                return;
        }
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, last = Layers.Length - 1;
        var scratch = pass.Scratch;
        var between = scratch.Take(rows * BetweenSize);
        var innerPass = pass.With(scratch);
        var (first, inner) = phase == Carries ? (last, CarriesOf(Layers[last])) : _carries[phase];
        for (int i = first; i >= 0; i--)
        {
            var layer = Layers[i];
            var dy = i == last ? outputGradient : Between(rows, i).Of((ReadOnlySpan<float>)between);
            var dx = i == 0 ? inputGradient : Between(rows, i - 1).Of(between);
            var x = i == 0 ? input : Between(rows, i - 1).Of(kept);
            var own = Kept(rows, pass.Sequences, i).Of(kept);
            if (i > 0 && inner == CarriesOf(layer))
                dx.Clear();
            if (layer is ScanLayer scan)
                scan.BackwardPhase(inner, innerPass, x, own, dy, dx, gradients);
            else
                layer.Backward(innerPass, x, own, dy, dx, gradients);
            if (inner > 0)
                return;
            if (i > 0)
                inner = CarriesOf(Layers[i - 1]);
        }
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept)
        => CarriedBy(carry).ClearEdges(_carries[carry].Carry, rows, KeptOf(carry, rows).Of(kept));

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => CarriedBy(carry).ForwardCarry(
            _carries[carry].Carry, weights, rows, KeptOf(carry, rows).Of(kept),
            rowsBehind, KeptOf(carry, rowsBehind).Of(keptBehind), reverse);

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => CarriedBy(carry).ClearGradientEdges(_carries[carry].Carry, rows, scratch[(rows * BetweenSize)..]);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => CarriedBy(carry).BackwardCarry(
            _carries[carry].Carry, weights, rows, scratch[(rows * BetweenSize)..],
            rowsBefore, scratchBefore[(rowsBefore * BetweenSize)..], reverse);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var between = scratch.Take(BetweenSize);
        var inner = pass.With(scratch);
        for (int i = 0; i < Layers.Length; i++)
        {
            var x = i == 0 ? input : Between(1, i - 1).Of((ReadOnlySpan<float>)between);
            Layers[i].Step(inner, x, i == Layers.Length - 1 ? output : Between(1, i).Of(between), state.Take(Layers[i].StateSize));
        }
    }

    public override long StepEachScratchSize(int streams)
    {
        long largest = 0;
        foreach (var layer in Layers)
            largest = Math.Max(largest, layer.StepEachScratchSize(streams));
        return (long)streams * BetweenSize + largest;
    }

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        var scratch = pass.Scratch;
        var between = scratch.Take((long)streams * BetweenSize);
        var inner = pass.With(scratch);
        var own = states;
        for (int i = 0; i < Layers.Length; i++)
        {
            var x = i == 0 ? input : Between(streams, i - 1).Of((ReadOnlySpan<float>)between);
            Layers[i].StepEach(inner, x, i == Layers.Length - 1 ? output : Between(streams, i).Of(between), own);
            own = own.Behind(Layers[i].StateSize);
        }
    }

    private ScanLayer CarriedBy(int carry) => (ScanLayer)Layers[_carries[carry].Layer];

    private Span<float> StateOf(int i, Span<float> state)
    {
        int start = 0;
        for (int before = 0; before < i; before++)
            start += Layers[before].StateSize;
        return state.Slice(start, Layers[i].StateSize);
    }

    // Where the layer that owns the carry has its share of what a piece keeps. A piece is one sequence.
    private Slot KeptOf(int carry, int rows) => Kept(rows, 1, _carries[carry].Layer);

    // The output of layer i. These outputs come first in kept.
    private Slot Between(int rows, int i)
    {
        int start = 0;
        for (int before = 0; before < i; before++)
            start += Layers[before].OutputSize;
        return new(rows * start, rows * Layers[i].OutputSize);
    }

    private Slot Kept(int rows, int sequences, int i)
    {
        long start = rows * BetweenSize;
        for (int before = 0; before < i; before++)
            start += Layers[before].KeptSize(rows, sequences);
        return new(start, Layers[i].KeptSize(rows, sequences));
    }

    private static int CarriesOf(Layer layer) => (layer as ScanLayer)?.Carries ?? 0;
}
