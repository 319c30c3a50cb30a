using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>An operation on every row by itself.</summary>
/// <param name="operation">The operation.</param>
/// <param name="unit">What a row stands for.</param>
internal sealed class RowInstruction(Operation operation, RowUnit unit) : Instruction
{
    public override long Cost => operation.Cost;

    public override long KeptSize(in Extent extent) => operation.KeptSize(extent.Of(unit), extent.Sequences);

    public override long ScratchSize(in Extent extent) => operation.ScratchSize(extent.Of(unit), extent.Sequences);

    public override long StepScratchSize(int streams)
        => Math.Max(operation.ScratchSize(1, 1), streams == 1 ? 0 : operation.StepEachScratchSize(streams));

    public override bool Reads(int value) => operation.ReadsInput;

    public override void Forward(int phase, in Frame frame) => operation.Forward(frame.Pass, frame.First, frame.Output, frame.Kept);

    public override void Backward(int phase, in Frame frame)
        => operation.Backward(frame.Pass, frame.First, frame.Kept, frame.OutputGradient, frame.FirstGradient, frame.Gradients);

    public override void Step(in Frame frame) => operation.Step(frame.Pass, frame.First, frame.Output, default);

    public override void StepEach(in Frame frame, ReadOnlySpan<long> before, in StreamStates states)
        => operation.StepEach(frame.Pass, frame.First, frame.Output, states);
}
