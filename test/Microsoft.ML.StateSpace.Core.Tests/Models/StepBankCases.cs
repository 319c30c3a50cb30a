using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small banks that answer every time step: of one bank and of two, of one filter, and with all that they may read.</summary>
internal static class StepBankCases
{
    private static readonly DerivedInputs Everything
        = new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true };

    private static readonly SequenceModelOptions Values = Options(SequenceTask.SequenceToSequence, 2, filters: 12);

    public static IReadOnlyDictionary<string, SequenceModelOptions> All { get; } = new Dictionary<string, SequenceModelOptions>
    {
        ["Bank, sequence to sequence"] = Values,
        ["Bank, sequence to sequence, two banks"] = Options(SequenceTask.SequenceToSequence, 1, filters: 93),
        ["Bank, sequence to sequence, one filter"] = Options(SequenceTask.SequenceToSequence, 1, filters: 1),
        ["Bank, sequence to sequence, feedback"] = WithFeedback(Values, lags: 4),
        ["Bank, sequence to sequence, feedback, derived inputs, missing values"]
            = WithFeedback(Options(SequenceTask.SequenceToSequence, 1, filters: 5), lags: 2) with
            {
                DerivedInputs = new() { Differences = true }, MissingValues = MissingValues.ForwardFill,
            },
        ["Bank, sequence to sequence, missing values"] = Values with { MissingValues = MissingValues.ForwardFill },
        ["Bank, sequence to sequence, derived inputs"] = Values with { DerivedInputs = Everything, MeanSteps = 25 },
        ["Bank, sequence to sequence, intervals"] = Values with { HasIntervals = true },
        ["Bank, sequence to sequence, both ways"] = BothWays(Values),
        ["Bank, sequence to sequence, intervals, both ways, two banks"]
            = BothWays(Options(SequenceTask.SequenceToSequence, 1, filters: 93)) with { HasIntervals = true },
        ["Bank, tagging, both ways, one filter"] = BothWays(Options(SequenceTask.Tagging, 2, filters: 1)),
        ["Bank, tagging, both ways, derived inputs, missing values"] = BothWays(Options(SequenceTask.Tagging, 2, filters: 12)) with
        {
            DerivedInputs = Everything, MeanSteps = 25, MissingValues = MissingValues.ForwardFill,
        },
        ["Bank, tagging"] = Options(SequenceTask.Tagging, 3, filters: 12),
        ["Bank, tagging, derived inputs, missing values"] = Options(SequenceTask.Tagging, 2, filters: 12) with
        {
            DerivedInputs = Everything, MeanSteps = 25, MissingValues = MissingValues.Mean,
        },
    };

    private static SequenceModelOptions Options(SequenceTask task, int outputs, int filters) => new()
    {
        Task = task, Inputs = 2, Outputs = outputs, DerivedInputs = new(),
        Architecture = new StateSpaceBankOptions { Filters = filters, Bidirectional = false, FeedbackLags = 0 },
    };

    private static SequenceModelOptions WithFeedback(SequenceModelOptions options, int lags)
        => options with { Architecture = (StateSpaceBankOptions)options.Architecture with { FeedbackLags = lags } };

    private static SequenceModelOptions BothWays(SequenceModelOptions options)
        => options with { Architecture = (StateSpaceBankOptions)options.Architecture with { Bidirectional = true } };
}
