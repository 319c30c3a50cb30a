using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What a read-out per time step sees of a sequence: the inputs u, a bank of filters of them x, static mixtures
/// <c>m = tanh(A (u, x) + b)</c>, and a second bank of filters of the mixtures w. So u and x are a linear model, with m a Wiener model,
/// with w a Wiener-Hammerstein model (Schoukens, Ljung 2019, arXiv:1902.00683) whose read-out alone is to be found. Nothing is trained.
/// Where the sequence is read both ways, some filters of either bank read it from its end; they stand behind those from its start.
/// Shapes: (rows, H) to (rows, H + filters + mixtures + mixed filters), in the order u, x, m, w; parameters Inputs.Poles,
/// Inputs.InputMatrix, Start (1), MixtureWeight (mixtures, H + filters), MixtureBias (mixtures), Mixed.Poles, Mixed.InputMatrix, and the
/// same of InputsFromEnd and MixedFromEnd.
/// </summary>
internal sealed class StepFeatures
{
    public FilterBank InputFilters { get; }

    public FilterBank? MixedFilters { get; }

    public FilterBank? InputFiltersFromEnd { get; }

    public FilterBank? MixedFiltersFromEnd { get; }

    /// <summary>Where a sequence begins: 1 in the steady state of its first row, 0 in zeros, or a share of the former.</summary>
    public Parameter Start { get; }

    public Parameter? MixtureWeight { get; }

    public Parameter? MixtureBias { get; }

    /// <summary>Declares the parameters. Without mixtures there are no filters of them either.</summary>
    public StepFeatures(ParameterLayout layout, StepBankSizes sizes)
    {
        (Inputs, Mixtures) = (sizes.Inputs, sizes.Mixtures);
        FilterBank? Bank(string name, int inputs, int filters, bool fromEnd)
            => filters == 0 ? null : layout.Scope(name, () => new FilterBank(layout, inputs, filters, sizes.HasIntervals, fromEnd));
        InputFilters = Bank("Inputs", Inputs, sizes.InputFilters, fromEnd: false)!;
        InputFiltersFromEnd = Bank("InputsFromEnd", Inputs, sizes.FiltersFromEnd, fromEnd: true);
        Start = layout.Add("Start", [1], ParameterGroup.Fixed, Initialize.Constant(0));
        if (Mixtures == 0)
            return;
        MixtureWeight = layout.Add("MixtureWeight", [Mixtures, LinearSize], ParameterGroup.Fixed, Initialize.Constant(0));
        MixtureBias = layout.Add("MixtureBias", [Mixtures], ParameterGroup.Fixed, Initialize.Constant(0));
        MixedFilters = Bank("Mixed", Mixtures, sizes.MixedFilters, fromEnd: false);
        MixedFiltersFromEnd = Bank("MixedFromEnd", Mixtures, sizes.MixedFiltersFromEnd, fromEnd: true);
    }

    /// <summary>H.</summary>
    public int Inputs { get; }

    public int Mixtures { get; }

    /// <summary>Whether some filters read a sequence from its end, so that the features of a row need the rows that follow.</summary>
    public bool ReadsBothWays => InputFiltersFromEnd is not null;

    /// <summary>The features that are linear in the inputs, u and x; they come first.</summary>
    public int LinearSize => Inputs + InputFilters.Filters + (InputFiltersFromEnd?.Filters ?? 0);

    /// <summary>The features without the filters of mixtures.</summary>
    public int WienerSize => LinearSize + Mixtures;

    /// <summary>All features.</summary>
    public int Size => WienerSize + (MixedFilters?.Filters ?? 0) + (MixedFiltersFromEnd?.Filters ?? 0);

    /// <summary>The state that is handed on from row to row.</summary>
    public int StateSize => InputFilters.StateSize + (MixedFilters?.StateSize ?? 0);

    /// <summary>The state that is handed back from row to row; 0 where nothing is read from the end.</summary>
    public int BehindSize => (InputFiltersFromEnd?.StateSize ?? 0) + (MixedFiltersFromEnd?.StateSize ?? 0);

    public int ScratchSize => Math.Max(BeginScratchSize, Math.Max(ScratchOf(InputFilters, MixedFilters), BehindScratchSize));

    private int BehindScratchSize => ScratchOf(InputFiltersFromEnd, MixedFiltersFromEnd);

    // A row of the linear features, its mixtures, and the state of filters of the inputs.
    private int BeginScratchSize => WienerSize + Math.Max(InputFilters.StateSize, InputFiltersFromEnd?.StateSize ?? 0);

    /// <summary>
    /// The state before a sequence (<see cref="Start"/>): as if its first row had been held, and were held for ever.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="first">Its first row, (H).</param>
    /// <param name="state">(StateSize); assigned.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public void Begin(ReadOnlySpan<float> values, ReadOnlySpan<float> first, Span<float> state, Span<float> scratch)
        => Begin(values, first, InputFilters, MixedFilters, state, scratch);

    /// <summary>The state behind a sequence, for the filters that read from its end: the same of its last row.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="last">Its last row, (H).</param>
    /// <param name="behind">(BehindSize); assigned.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public void BeginFromEnd(ReadOnlySpan<float> values, ReadOnlySpan<float> last, Span<float> behind, Span<float> scratch)
        => Begin(values, last, InputFiltersFromEnd!, MixedFiltersFromEnd, behind, scratch);

    /// <summary>
    /// Takes the next rows of one sequence. How a sequence is cut into calls changes no bit, as long as all calls but the last take
    /// <see cref="FilterBank.Block"/> rows where it is read both ways.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="input">At most <see cref="FilterBank.Block"/> rows.</param>
    /// <param name="output">(rows, Size); assigned.</param>
    /// <param name="state">
    /// (StateSize): the state before the first row, which <see cref="Begin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// Span{float})"/> gives where a sequence begins; then the one behind the last.
    /// </param>
    /// <param name="behind">(BehindSize): the state behind the last row, then the one before the first.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public void Forward(
        ReadOnlySpan<float> values, scoped in TimedRows input, Span<float> output, Span<float> state, Span<float> behind,
        Span<float> scratch)
    {
        int rows = input.Count, size = Size, x = Inputs + InputFilters.Filters, w = WienerSize + (MixedFilters?.Filters ?? 0);
        for (int row = 0; row < rows; row++)
            input[row].CopyTo(output[(row * size)..]);
        InputFilters.Forward(
            values, rows, input.Values, Inputs, input.Intervals, output[Inputs..], size, state.Take(InputFilters.StateSize), scratch);
        InputFiltersFromEnd?.Forward(
            values, rows, input.Values, Inputs, input.Behind, output[x..], size, behind.Take(InputFiltersFromEnd.StateSize), scratch);
        if (Mixtures == 0)
            return;
        Mix(values, rows, output, size, output[LinearSize..], size);
        MixedFilters?.Forward(values, rows, output[LinearSize..], size, input.Intervals, output[WienerSize..], size, state, scratch);
        MixedFiltersFromEnd?.Forward(values, rows, output[LinearSize..], size, input.Behind, output[w..], size, behind, scratch);
    }

    // The steady state of filters that read one way while a row is held. Their mixtures are those of the filters of both ways.
    private void Begin(
        ReadOnlySpan<float> values, ReadOnlySpan<float> held, FilterBank filters, FilterBank? mixed, Span<float> state,
        Span<float> scratch)
    {
        float share = Start.Of(values)[0];
        filters.Begin(values, share, held, state.Take(filters.StateSize));
        if (mixed is null)
            return;
        Span<float> row = scratch.Take(LinearSize), rest = row, mixtures = scratch.Take(Mixtures);
        held.CopyTo(rest.Take(Inputs));
        AddSteady(values, share, held, InputFilters, ref rest, scratch);
        if (InputFiltersFromEnd is not null)
            AddSteady(values, share, held, InputFiltersFromEnd, ref rest, scratch);
        Mix(values, 1, row, LinearSize, mixtures, Mixtures);
        mixed.Begin(values, share, mixtures, state);
    }

    private static int ScratchOf(FilterBank? inputs, FilterBank? mixed) => Math.Max(inputs?.ScratchSize ?? 0, mixed?.ScratchSize ?? 0);

    private static void AddSteady(
        ReadOnlySpan<float> values, float share, ReadOnlySpan<float> held, FilterBank filters, ref Span<float> row, Span<float> scratch)
    {
        var state = scratch[..filters.StateSize];
        filters.Begin(values, share, held, state);
        state[..filters.Filters].CopyTo(row.Take(filters.Filters));
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
