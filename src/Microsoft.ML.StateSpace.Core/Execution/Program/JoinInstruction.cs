using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Makes one value of two, row by row.</summary>
internal sealed class JoinInstruction(Join join) : Instruction
{
    public override bool IsInPlace => join.IsInPlace;

    public override long Cost => 4L * join.OutputSize;

    public override long KeptSize(in Extent extent) => 0;

    public override long ScratchSize(in Extent extent) => 0;

    public override long StepScratchSize(int streams) => 0;

    public override bool Reads(int value) => join.Reads(value);

    public override bool Assigns(int value) => join.Assigns(value);

    public override void Forward(int phase, in Frame frame) => Run(frame);

    public override void Backward(int phase, in Frame frame)
    {
        // In place, both gradients are one, unless somebody wants to see each.
        if (IsInPlace && frame.FirstGradient != frame.OutputGradient)
            frame.OutputGradient.CopyTo(frame.FirstGradient);
        join.Backward(
            frame.Pass, frame.First, frame.Second, frame.OutputGradient, frame.FirstGradient, frame.SecondGradient, frame.Gradients);
    }

    public override void Step(in Frame frame) => Run(frame);

    public override void StepEach(in Frame frame, ReadOnlySpan<long> before, in StreamStates states) => Run(frame);

    private void Run(in Frame frame)
    {
        if (IsInPlace && frame.First != frame.Output)
            frame.First.CopyTo(frame.Output);
        join.Forward(frame.Pass, frame.First, frame.Second, frame.Output);
    }
}
