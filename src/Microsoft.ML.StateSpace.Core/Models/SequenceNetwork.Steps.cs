using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Models;

/// <content>Time steps, of one stream or of some at the same time.</content>
internal sealed partial class SequenceNetwork
{
    /// <inheritdoc/>
    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var encoded = scratch.Take(InputStage.Width);
        Span<float> stream = scratch.Take(Width), next = scratch.Take(Width), pooled = scratch.Take(PooledWidth);
        var inner = pass.With(scratch);
        InputStage.Step(pass.Weights.Values, before, input, encoded, state.Take(InputStage.StateSize));
        Encoder.Step(inner, encoded, stream, default);
        foreach (var branch in _branches)
        {
            branch.Step(inner, stream, next, state.Take(branch.StateSize));
            var swap = stream;
            stream = next;
            next = swap;
        }
        if (Head.IsPooled)
        {
            PoolStep(pass.Weights.Values, before, stream, pooled, state);
            stream = pooled;
        }
        Decoder.Step(inner, stream, output, default);
    }

    public override long StepEachScratchSize(int streams)
    {
        long largest = Math.Max(Encoder.StepEachScratchSize(streams), Decoder.StepEachScratchSize(streams));
        foreach (var branch in _branches)
            largest = Math.Max(largest, branch.StepEachScratchSize(streams));
        return (long)streams * (InputStage.Width + 2 * Width + PooledWidth) + largest;
    }

    /// <inheritdoc/>
    public override void StepEach(
        in Pass pass, ReadOnlySpan<long> before, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count, inputs = Options.Inputs, width = InputStage.Width;
        var scratch = pass.Scratch;
        Span<float> encoded = scratch.Take((long)streams * width), stream = scratch.Take((long)streams * Width),
            next = scratch.Take((long)streams * Width), pooled = scratch.Take((long)streams * PooledWidth);
        var inner = pass.With(scratch);
        for (int i = 0; i < streams; i++)
            InputStage.Step(
                pass.Weights.Values, before[i], input.Slice(i * inputs, inputs), encoded.Slice(i * width, width),
                states.Of(i, InputStage.StateSize));
        var own = states.Behind(InputStage.StateSize);
        Encoder.StepEach(inner, encoded, stream, own);
        foreach (var branch in _branches)
        {
            branch.StepEach(inner, stream, next, own);
            own = own.Behind(branch.StateSize);
            var swap = stream;
            stream = next;
            next = swap;
        }
        if (Head.IsPooled)
        {
            int size = Pool.StateSize(PoolingKind, Width) + (Shares?.StateSize ?? 0);
            for (int i = 0; i < streams; i++)
                PoolStep(
                    pass.Weights.Values, before[i], stream.Slice(i * Width, Width), pooled.Slice(i * PooledWidth, PooledWidth),
                    own.Of(i, size));
            stream = pooled;
        }
        Decoder.StepEach(inner, stream, output, own);
    }

    public override int StepScratchSize
        => (int)(InputStage.Width + 2 * Width + PooledWidth + _branches.Max(branch => branch.ScratchSize(1, 1)));

    // The pooled vector after one more row, or some.
    private void PoolStep(ReadOnlySpan<float> values, long before, ReadOnlySpan<float> rows, Span<float> pooled, Span<float> state)
    {
        Pool.Step(PoolingKind, before, rows, pooled, state.Take(Pool.StateSize(PoolingKind, Width)));
        Shares?.Step(values, before, rows, pooled[Width..], state);
    }
}
