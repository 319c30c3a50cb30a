namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A core that is listened to: of whole sequences its input, output and the gradient of its output are copied, and something can be added
/// to its output. The core itself computes as it does alone.
/// </summary>
internal sealed class CoreTap(ScanLayer core, string name) : ScanLayer
{
    /// <summary>The core.</summary>
    public ScanLayer Core => core;

    /// <summary>The core's name, as its parameters have it.</summary>
    public string Name => name;

    /// <summary>The input of the last pass, (rows, InputSize).</summary>
    public float[] Input { get; private set; } = [];

    /// <summary>The output of the last pass, (rows, OutputSize), before anything was added.</summary>
    public float[] Output { get; private set; } = [];

    /// <summary>The gradient of the output in the last backward pass, (rows, OutputSize).</summary>
    public float[] OutputGradient { get; private set; } = [];

    /// <summary>What the next passes add to the output, (rows, OutputSize); <see langword="null"/> means nothing.</summary>
    public float[]? Added { get; set; }

    public override int InputSize => core.InputSize;

    public override int OutputSize => core.OutputSize;

    public override int StateSize => core.StateSize;

    public override int Carries => core.Carries;

    public override bool CanBeCut => core.CanBeCut;

    public override bool Convolves => core.Convolves;

    public override long KeptSize(long rows, long sequences) => core.KeptSize(rows, sequences);

    public override long ScratchSize(long rows, long sequences) => core.ScratchSize(rows, sequences);

    public override void Prepare(in Weights weights) => core.Prepare(weights);

    public override void PrepareBackward(in Weights weights, in Gradients gradients) => core.PrepareBackward(weights, gradients);

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (phase == 0)
            Input = input.ToArray();
        core.ForwardPhase(phase, pass, input, output, kept);
        if (phase < Carries)
            return;
        Output = output.ToArray();
        for (int i = 0; Added is not null && i < output.Length; i++)
            output[i] += Added[i];
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (phase == Carries)
            OutputGradient = outputGradient.ToArray();
        core.BackwardPhase(phase, pass, input, kept, outputGradient, inputGradient, gradients);
    }

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => core.ForwardCarry(carry, weights, rows, kept, rowsBehind, keptBehind, reverse);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => core.BackwardCarry(carry, weights, rows, scratch, rowsBefore, scratchBefore, reverse);

    public override void ClearEdges(int carry, int rows, Span<float> kept) => core.ClearEdges(carry, rows, kept);

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => core.ClearGradientEdges(carry, rows, scratch);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => core.Step(pass, input, output, state);
}
