using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>How large a <see cref="StepBank"/> is.</summary>
/// <param name="Inputs">H, values of a row that it reads.</param>
/// <param name="Outputs">P, values of a row that it answers.</param>
/// <param name="Banks">Banks that are drawn apart; more of them make the answer depend less on the draw.</param>
/// <param name="Filters">Filters of the inputs that are drawn, for each bank.</param>
/// <param name="PoleOrder">Further filters for each output, with poles that are estimated from the data.</param>
/// <param name="Mixtures">Static mixtures, for each bank; 0 for a linear model.</param>
/// <param name="MixedFilters">Filters of the mixtures, for each bank.</param>
internal sealed record StepBankSizes(
    int Inputs, int Outputs, int Banks, int Filters, int PoleOrder, int Mixtures, int MixedFilters)
{
    /// <summary>The filters of the inputs in a bank: those with estimated poles, then those that are drawn.</summary>
    public int InputFilters => Filters + Outputs * PoleOrder;
}

/// <summary>
/// One linear read-out of the features of a few banks, at every time step: a Wiener-Hammerstein model in closed form. Nothing is trained by
/// gradients; the read-out is the solution of a ridge regression.
/// Shapes: (rows, H) to (rows, P); parameters Banks.i of <see cref="StepFeatures"/>, ReadOut (P, banks times features), Bias (P).
/// </summary>
internal sealed class StepBank
{
    public StepFeatures[] Banks { get; }

    public Parameter ReadOut { get; }

    public Parameter Bias { get; }

    public StepBank(ParameterLayout layout, StepBankSizes sizes)
    {
        Sizes = sizes;
        Banks = [.. Enumerable.Range(0, sizes.Banks).Select(i => layout.Scope(
            $"Banks.{i}", () => new StepFeatures(layout, sizes.Inputs, sizes.InputFilters, sizes.Mixtures, sizes.MixedFilters)))];
        ReadOut = layout.Add("ReadOut", [sizes.Outputs, Banks.Length * FeatureSize], ParameterGroup.Fixed, Initialize.Constant(0));
        Bias = layout.Add("Bias", [sizes.Outputs], ParameterGroup.Fixed, Initialize.Constant(0));
    }

    public StepBankSizes Sizes { get; }

    /// <summary>Features of one bank.</summary>
    public int FeatureSize => Banks[0].Size;

    /// <summary>Floats of state that go from one time step to the next.</summary>
    public int StateSize => Banks.Length * Banks[0].StateSize;

    /// <summary>The state of a sequence that begins, the features of a block of one bank, and what a bank needs.</summary>
    public long ScratchSize => StateSize + FilterBank.Block * FeatureSize + Banks[0].ScratchSize;

    /// <summary>
    /// The answers for packed sequences, or for a window of one (<see cref="Pass.State"/>); the rows of a window have the bits that they
    /// have in the whole sequence.
    /// </summary>
    /// <param name="pass">The parameters, where sequences begin, and (ScratchSize) of scratch memory.</param>
    /// <param name="input">(rows, H).</param>
    /// <param name="output">(rows, P); assigned.</param>
    public void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        var scratch = pass.Scratch;
        var own = scratch.Take(StateSize);
        var state = pass.State.IsEmpty ? own : pass.State;
        for (int s = 0; s < pass.Sequences; s++)
        {
            if (!pass.Continues)
                Begin(pass.Weights.Values, input.Slice(pass.Starts[s] * Sizes.Inputs, Sizes.Inputs), state, scratch);
            for (int start = pass.Starts[s]; start < pass.Starts[s + 1]; start += FilterBank.Block)
            {
                int end = Math.Min(start + FilterBank.Block, pass.Starts[s + 1]);
                Forward(
                    pass.Weights.Values, input[(start * Sizes.Inputs)..(end * Sizes.Inputs)],
                    output[(start * Sizes.Outputs)..(end * Sizes.Outputs)], state, scratch);
            }
        }
    }

    /// <summary>The state before a sequence with this first row.</summary>
    /// <param name="pass">The parameters, and (ScratchSize) of scratch memory.</param>
    /// <param name="input">(H).</param>
    /// <param name="state">(StateSize); assigned.</param>
    public void Begin(in Pass pass, ReadOnlySpan<float> input, Span<float> state)
        => Begin(pass.Weights.Values, input, state, pass.Scratch[StateSize..]);

    /// <summary>Makes one time step, with the bits that the row has in a sequence.</summary>
    /// <param name="pass">The parameters, and (ScratchSize) of scratch memory.</param>
    /// <param name="input">(H).</param>
    /// <param name="output">(P); assigned.</param>
    /// <param name="state">(StateSize); before the first step what <c>Begin</c> assigns.</param>
    public void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass.Weights.Values, input, output, state, pass.Scratch[StateSize..]);

    private void Begin(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> state, Span<float> scratch)
    {
        foreach (var bank in Banks)
            bank.Begin(values, input, state.Take(bank.StateSize), scratch);
    }

    private void Forward(
        ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> output, Span<float> state, Span<float> scratch)
    {
        int rows = input.Length / Sizes.Inputs, outputs = Sizes.Outputs, size = FeatureSize, columns = Banks.Length * size;
        var features = scratch.Take(FilterBank.Block * size)[..(rows * size)];
        for (int row = 0; row < rows; row++)
            Bias.Of(values).CopyTo(output[(row * outputs)..]);
        for (int i = 0; i < Banks.Length; i++)
        {
            Banks[i].Forward(values, input, features, state.Take(Banks[i].StateSize), scratch);
            Gemm.Multiply(
                rows, outputs, size, features, size, false, ReadOut.Of(values)[(i * size)..], columns, true,
                output, outputs, accumulate: true);
        }
    }
}
