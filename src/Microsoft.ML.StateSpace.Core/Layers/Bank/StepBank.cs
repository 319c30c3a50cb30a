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
/// <param name="FiltersFromEnd">Further filters of the inputs, for each bank, that read a sequence from its end.</param>
/// <param name="MixedFiltersFromEnd">Further filters of the mixtures, for each bank, that do so.</param>
/// <param name="HasIntervals">Whether each time step comes with the time since the step before.</param>
/// <param name="FeedbackLags">Steps of the past that a <see cref="PolynomialNarx"/> beside the banks looks at; 0 for none.</param>
internal sealed record StepBankSizes(
    int Inputs, int Outputs, int Banks, int Filters, int PoleOrder, int Mixtures, int MixedFilters, int FiltersFromEnd = 0,
    int MixedFiltersFromEnd = 0, bool HasIntervals = false, int FeedbackLags = 0)
{
    /// <summary>
    /// The filters of the inputs in a bank that read from the start: those with estimated poles, then those that are drawn.
    /// </summary>
    public int InputFilters => Filters + Outputs * PoleOrder;
}

/// <summary>
/// One linear read-out of the features of a few banks, at every time step: a Wiener-Hammerstein model in closed form. Nothing is trained by
/// gradients; the read-out is the solution of a ridge regression. Beside the banks a model with feedback may run, whose answers are added
/// with a share for each output.
/// Shapes: (rows, H) to (rows, P); parameters Banks.i of <see cref="StepFeatures"/>, ReadOut (P, banks times features), Bias (P), and where
/// there is feedback, Feedback of <see cref="PolynomialNarx"/> and Share (P).
/// </summary>
internal sealed class StepBank
{
    public StepFeatures[] Banks { get; }

    public Parameter ReadOut { get; }

    public Parameter Bias { get; }

    /// <summary>The model with feedback, if there is one.</summary>
    public PolynomialNarx? Feedback { get; }

    /// <summary>The share of the answers of <see cref="Feedback"/>.</summary>
    public Parameter? Share { get; }

    public StepBank(ParameterLayout layout, StepBankSizes sizes)
    {
        Sizes = sizes;
        Banks = [.. Enumerable.Range(0, sizes.Banks).Select(i => layout.Scope($"Banks.{i}", () => new StepFeatures(layout, sizes)))];
        ReadOut = layout.Add("ReadOut", [sizes.Outputs, Banks.Length * FeatureSize], ParameterGroup.Fixed, Initialize.Constant(0));
        Bias = layout.Add("Bias", [sizes.Outputs], ParameterGroup.Fixed, Initialize.Constant(0));
        if (sizes.FeedbackLags == 0)
            return;
        Feedback = layout.Scope("Feedback", () => new PolynomialNarx(layout, sizes.Inputs, sizes.Outputs, sizes.FeedbackLags));
        Share = layout.Add("Share", [sizes.Outputs], ParameterGroup.Fixed, Initialize.Constant(0));
    }

    public StepBankSizes Sizes { get; }

    /// <summary>Features of one bank.</summary>
    public int FeatureSize => Banks[0].Size;

    /// <summary>Floats of state that go from one time step to the next.</summary>
    public int StateSize => Banks.Length * Banks[0].StateSize + (Feedback?.StateSize ?? 0);

    /// <summary>
    /// The state of a sequence that begins, the features of a block of one bank, what a bank needs, and where sequences are read both ways
    /// some floats for each row of the longest one.
    /// </summary>
    public long ScratchSize(long longest)
        => Sizes.Outputs + StateSize + FilterBank.Block * FeatureSize + Banks[0].ScratchSize + StatesFromEnd.ScratchSize(Banks[0], longest);

    /// <summary>
    /// The answers for packed sequences, or for a window of one (<see cref="Pass.State"/>) where they are read one way; the rows of a
    /// window have the bits that they have in the whole sequence.
    /// </summary>
    /// <param name="pass">
    /// The parameters, where sequences begin, <see cref="ScratchSize"/> of scratch memory, and the intervals where there are such; those
    /// behind rows where sequences are read both ways.
    /// </param>
    /// <param name="input">(rows, H).</param>
    /// <param name="output">(rows, P); assigned.</param>
    public void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        var scratch = pass.Scratch;
        var own = scratch.Take(StateSize);
        var all = new TimedRows(input, Sizes.Inputs, pass.Intervals, pass.IntervalsBehind);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], rows = pass.Starts[s + 1] - start;
            var answers = output.Slice(start * Sizes.Outputs, rows * Sizes.Outputs);
            Forward(pass.Weights.Values, all.Slice(start, rows), answers, pass.State.IsEmpty ? own : pass.State, !pass.Continues, scratch);
        }
    }

    /// <summary>The state before a sequence with this first row, of a bank that reads one way.</summary>
    /// <param name="pass">The parameters, and <see cref="ScratchSize"/> of scratch memory.</param>
    /// <param name="input">(H).</param>
    /// <param name="state">(StateSize); assigned.</param>
    public void Begin(in Pass pass, ReadOnlySpan<float> input, Span<float> state)
    {
        foreach (var bank in Banks)
            bank.Begin(pass.Weights.Values, input, state.Take(bank.StateSize), pass.Scratch[StateSize..]);
        Feedback?.Begin(pass.Weights.Values, Banks[0].Start.Of(pass.Weights.Values)[0], input, state);
    }

    /// <summary>Makes one time step of a bank that reads one way, with the bits that the row has in a sequence.</summary>
    /// <param name="pass">The parameters, <see cref="ScratchSize"/> of scratch memory, and the interval where there are such.</param>
    /// <param name="input">(H).</param>
    /// <param name="output">(P); assigned.</param>
    /// <param name="state">(StateSize); before the first step what <c>Begin</c> assigns.</param>
    public void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(
            pass.Weights.Values, new TimedRows(input, Sizes.Inputs, Sizes.HasIntervals ? pass.Intervals : []), output, state,
            begins: false, pass.Scratch[StateSize..]);

    // One bank after the other, so that only what one of them keeps of a sequence is in memory.
    private void Forward(
        ReadOnlySpan<float> values, in TimedRows input, Span<float> output, Span<float> state, bool begins, Span<float> scratch)
    {
        int outputs = Sizes.Outputs, size = FeatureSize, columns = Banks.Length * size;
        var block = scratch.Take(FilterBank.Block * size);
        for (int row = 0; row < input.Count; row++)
            Bias.Of(values).CopyTo(output[(row * outputs)..]);
        for (int i = 0; i < Banks.Length; i++)
        {
            var bank = Banks[i];
            var own = state.Take(bank.StateSize);
            var weight = ReadOut.Of(values)[(i * size)..];
            var rest = scratch;
            var behind = StatesFromEnd.Find(bank, values, input, rest.Take(StatesFromEnd.ScratchSize(bank, input.Count)));
            if (begins)
                bank.Begin(values, input[0], own, rest);
            for (int start = 0; start < input.Count; start += FilterBank.Block)
            {
                var rows = input.Slice(start, Math.Min(FilterBank.Block, input.Count - start));
                var features = block[..(rows.Count * size)];
                bank.Forward(values, rows, features, own, behind.Take(bank.BehindSize), rest);
                Gemm.Multiply(
                    rows.Count, outputs, size, features, size, false, weight, columns, true, output[(start * outputs)..], outputs,
                    accumulate: true);
            }
        }
        if (Feedback is not null)
            AddFeedback(values, input, output, state, begins, scratch);
    }

    private void AddFeedback(
        ReadOnlySpan<float> values, in TimedRows input, Span<float> output, Span<float> state, bool begins, Span<float> scratch)
    {
        int outputs = Sizes.Outputs;
        var answer = scratch[..outputs];
        var share = Share!.Of(values);
        if (begins)
            Feedback!.Begin(values, Banks[0].Start.Of(values)[0], input[0], state);
        for (int row = 0; row < input.Count; row++)
        {
            Feedback!.Step(values, input[row], answer, state);
            for (int p = 0; p < outputs; p++)
                output[row * outputs + p] += share[p] * answer[p];
        }
    }
}
