using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Pools the rows of each sequence to one vector.</summary>
/// <param name="kind">How.</param>
/// <param name="shares">Pools shares above thresholds beside the mean; <see langword="null"/> where there are none.</param>
/// <param name="size">Channels of a row.</param>
internal sealed class PoolInstruction(Pooling kind, SharePool? shares, int size) : Instruction
{
    public Pooling Kind => kind;

    public override int StateSize => Pool.StateSize(kind, size) + (shares?.StateSize ?? 0);

    public override long Cost => size;

    public override long KeptSize(in Extent extent) => 0;

    public override long ScratchSize(in Extent extent) => 0;

    public override long StepScratchSize(int streams) => 0;

    public override bool Reads(int value) => true;

    public override void Forward(int phase, in Frame frame)
    {
        // A window goes on where the one before it ended.
        if (!frame.Pass.State.IsEmpty || frame.Pass.IsWindow)
        {
            Step(frame.Pass, frame.Pass.Before, frame.First, frame.Output, frame.Pass.State);
            return;
        }
        Pool.Forward(kind, frame.Pass, frame.First, frame.Output);
        shares?.Forward(frame.Pass, frame.First, frame.Output);
    }

    public override void Backward(int phase, in Frame frame)
    {
        Pool.Backward(kind, frame.Pass, frame.First, frame.OutputGradient, frame.FirstGradient);
        shares?.Backward(frame.Pass, frame.First, frame.OutputGradient, frame.FirstGradient, frame.Gradients);
    }

    public override void Step(in Frame frame)
        => Step(frame.Pass, frame.Pass.Before, frame.First, frame.Output, frame.Pass.State);

    public override void StepEach(in Frame frame, ReadOnlySpan<long> before, in StreamStates states)
    {
        int width = frame.Output.Length / states.Count;
        for (int i = 0; i < states.Count; i++)
            Step(
                frame.Pass, before[i], frame.First.Slice(i * size, size), frame.Output.Slice(i * width, width),
                states.Of(i, StateSize));
    }

    private void Step(in Pass pass, long before, ReadOnlySpan<float> rows, Span<float> pooled, Span<float> state)
    {
        Pool.Step(kind, before, rows, pooled, state.Take(Pool.StateSize(kind, size)));
        shares?.Step(pass.Weights.Values, before, rows, pooled[size..], state);
    }
}
