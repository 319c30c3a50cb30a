using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// An answer at every time step from banks of random state spaces: standardise, filter, mix, filter the mixtures, and read out
/// (<see cref="StepBank"/>). It reads a sequence from its start, or half of its filters read it from its end.
/// </summary>
internal sealed class StepBankModel : SequenceModel
{
    // The poles that are estimated for an output; together they are no more than this.
    private const int MostPoles = 8, MostPolesTogether = 48;

    public StepBankModel(SequenceModelOptions options, ParameterLayout layout)
        : base(options, layout)
    {
        var bank = (StateSpaceBankOptions)options.Architecture;
        RequireSteps(options, bank);
        IsCausal = !bank.ReadsBothWays;
        int filters = bank.Filters ?? throw new ArgumentException("Architecture.Filters must be set before a model is built.");
        InputStage = new InputStage(layout, options);
        Bank = layout.Scope("Bank", () => new StepBank(layout, SizesOf(options, InputStage.Width, filters, IsCausal)));
        Head = new Head(layout, options.Task, options.Outputs);
    }

    /// <summary>What one bank has of <see cref="StateSpaceBankOptions.Filters"/> at most.</summary>
    public const int FiltersOfBank = 90;

    public InputStage InputStage { get; }

    public StepBank Bank { get; }

    public Head Head { get; }

    public override bool IsCausal { get; }

    public override int StateSize => InputStage.StateSize + Bank.StateSize;

    public override int StepScratchSize => checked(InputStage.Width + (int)Bank.ScratchSize(1));

    public override void Prepare(in Weights weights)
    {
    }

    public override ScoringMemory CreateMemory(int windowRows = ScoringWindows.WindowRows) => new StepBankMemory(this, windowRows);

    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var encoded = scratch.Take(InputStage.Width);
        InputStage.Step(pass.Weights.Values, before, input, encoded, state.Take(InputStage.StateSize));
        var own = pass.With(scratch);
        if (before == 0)
            Bank.Begin(own, encoded, state);
        Bank.Step(own, encoded, output, state);
    }

    public override void Finish(ReadOnlySpan<float> values, Span<float> rows) => Head.Finish(values, rows);

    // All sizes follow from the number of filters, so that a file needs no others.
    private static StepBankSizes SizesOf(SequenceModelOptions options, int inputs, int filters, bool isCausal)
    {
        int banks = (filters + FiltersOfBank - 1) / FiltersOfBank, each = (filters + banks - 1) / banks, mixtures = each + each / 9;
        int poles = options.Task.Target == TargetKind.Class ? 0 : Math.Min(MostPoles, MostPolesTogether / options.Outputs);
        int half = (each + 1) / 2, mixedFromEnd = isCausal ? 0 : mixtures / 2;
        return new StepBankSizes(
            inputs, options.Outputs, banks, isCausal ? each : half, poles, mixtures, mixtures - mixedFromEnd, isCausal ? 0 : half,
            mixedFromEnd, options.HasIntervals, ((StateSpaceBankOptions)options.Architecture).FeedbackLags ?? 0);
    }

    /// <summary>Whether answers may act back on the model.</summary>
    public static bool CanFeedBack(SequenceModelOptions options)
        => options.Task.Target == TargetKind.Value && !options.HasIntervals && !options.Architecture.ReadsBothWays;

    private static void RequireSteps(SequenceModelOptions options, StateSpaceBankOptions bank)
    {
        if (options.Vocabulary > 0)
            throw new ArgumentException(
                "A bank of state spaces needs an input of real channels: its filters add values up, and the numbers of tokens mean no "
                + "quantity. For a column of keys, choose a network as the Architecture.");
        if (bank.Filters == 0)
            throw new ArgumentException(
                "A bank that answers every time step needs filters, but Filters is 0. Set Architecture.Filters to 1 or more, or to null.");
        if (bank.LargestOrder != StateSpaceBankOptions.UsualOrder)
            throw new ArgumentException(
                $"The filters of a bank that answers every time step have order one, but LargestOrder is {bank.LargestOrder}. Leave "
                + $"Architecture.LargestOrder at {StateSpaceBankOptions.UsualOrder}, and set Filters for a larger or smaller bank.");
        if (bank.FeedbackLags > 0 && !CanFeedBack(options))
            throw new ArgumentException(
                "FeedbackLags is for values at equally spaced time steps that are read forwards, but here are "
                + (options.Task.Target == TargetKind.Class ? "classes" : options.HasIntervals ? "intervals" : "both directions")
                + ". Leave Architecture.FeedbackLags null.");
    }
}
