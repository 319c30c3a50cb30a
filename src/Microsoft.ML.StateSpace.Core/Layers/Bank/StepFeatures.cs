using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What a read-out per time step sees of a sequence: the inputs u, a bank of filters of them x, static mixtures
/// <c>m = tanh(A (u, x) + b)</c>, and a second bank of filters of the mixtures w. So u and x are a linear model, with m a Wiener model,
/// with w a Wiener-Hammerstein model (Schoukens, Ljung 2019, arXiv:1902.00683) whose read-out alone is to be found. Nothing is trained.
/// Shapes: (rows, H) to (rows, H + filters + mixtures + mixed filters), in the order u, x, m, w; parameters Inputs.Poles,
/// Inputs.InputMatrix, Start (1), MixtureWeight (mixtures, H + filters), MixtureBias (mixtures), Mixed.Poles, Mixed.InputMatrix.
/// </summary>
internal sealed class StepFeatures
{
    public FilterBank InputFilters { get; }

    public FilterBank? MixedFilters { get; }

    /// <summary>Where a sequence begins: 1 in the steady state of its first row, 0 in zeros, or a share of the former.</summary>
    public Parameter Start { get; }

    public Parameter? MixtureWeight { get; }

    public Parameter? MixtureBias { get; }

    /// <summary>Declares the parameters. Without mixtures there are no filters of them either.</summary>
    public StepFeatures(ParameterLayout layout, int inputs, int filters, int mixtures, int mixedFilters)
    {
        (Inputs, Mixtures) = (inputs, mixtures);
        InputFilters = layout.Scope("Inputs", () => new FilterBank(layout, inputs, filters));
        Start = layout.Add("Start", [1], ParameterGroup.Fixed, Initialize.Constant(0));
        if (mixtures == 0)
            return;
        MixtureWeight = layout.Add("MixtureWeight", [mixtures, LinearSize], ParameterGroup.Fixed, Initialize.Constant(0));
        MixtureBias = layout.Add("MixtureBias", [mixtures], ParameterGroup.Fixed, Initialize.Constant(0));
        if (mixedFilters > 0)
            MixedFilters = layout.Scope("Mixed", () => new FilterBank(layout, mixtures, mixedFilters));
    }

    /// <summary>H.</summary>
    public int Inputs { get; }

    public int Mixtures { get; }

    /// <summary>The features that are linear in the inputs, u and x; they come first.</summary>
    public int LinearSize => Inputs + InputFilters.Filters;

    /// <summary>The features without the filters of mixtures.</summary>
    public int WienerSize => LinearSize + Mixtures;

    /// <summary>All features.</summary>
    public int Size => WienerSize + (MixedFilters?.Filters ?? 0);

    public int StateSize => InputFilters.StateSize + (MixedFilters?.StateSize ?? 0);

    public int ScratchSize => Math.Max(BeginScratchSize, Math.Max(InputFilters.ScratchSize, MixedFilters?.ScratchSize ?? 0));

    private int BeginScratchSize => MixedFilters is null ? 0 : WienerSize;

    /// <summary>The state before a sequence (<see cref="Start"/>).</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="input">Its first row, (H).</param>
    /// <param name="state">(StateSize); assigned.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public void Begin(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> state, Span<float> scratch)
    {
        float share = Start.Of(values)[0];
        var filters = state.Take(InputFilters.StateSize);
        InputFilters.Begin(values, share, input, filters);
        if (MixedFilters is null)
            return;
        var row = scratch.Take(LinearSize);
        input.CopyTo(row);
        filters[..InputFilters.Filters].CopyTo(row[Inputs..]);
        var mixtures = scratch.Take(Mixtures);
        Mix(values, 1, row, LinearSize, mixtures, Mixtures);
        MixedFilters.Begin(values, share, mixtures, state);
    }

    /// <summary>Takes the next rows of one sequence. How a sequence is cut into calls changes no bit.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="input">(rows, H), at most <see cref="FilterBank.Block"/> rows.</param>
    /// <param name="output">(rows, Size); assigned.</param>
    /// <param name="state">
    /// (StateSize): the state before the first row, zeros where a sequence begins; then the one behind the last.
    /// </param>
    /// <param name="scratch">(ScratchSize).</param>
    public void Forward(
        ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> output, Span<float> state, Span<float> scratch)
    {
        int rows = input.Length / Inputs, size = Size;
        for (int row = 0; row < rows; row++)
            input.Slice(row * Inputs, Inputs).CopyTo(output[(row * size)..]);
        InputFilters.Forward(values, rows, input, Inputs, output[Inputs..], size, state.Take(InputFilters.StateSize), scratch);
        if (Mixtures == 0)
            return;
        Mix(values, rows, output, size, output[LinearSize..], size);
        MixedFilters?.Forward(values, rows, output[LinearSize..], size, output[WienerSize..], size, state, scratch);
    }
    // m = tanh(A (u, x) + b), rows of the linear features to rows of mixtures.
    private void Mix(
        ReadOnlySpan<float> values, int rows, ReadOnlySpan<float> linear, int linearStride, Span<float> output, int stride)
    {
        for (int row = 0; row < rows; row++)
            MixtureBias!.Of(values).CopyTo(output[(row * stride)..]);
        Gemm.Multiply(
            rows, Mixtures, LinearSize, linear, linearStride, false, MixtureWeight!.Of(values), LinearSize, true, output, stride,
            accumulate: true);
        for (int row = 0; row < rows; row++)
        {
            var mixtures = output.Slice(row * stride, Mixtures);
            Activations.Tanh(mixtures, mixtures);
        }
    }
}
