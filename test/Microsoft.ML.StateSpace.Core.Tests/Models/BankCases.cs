using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small banks with filters of every order, as small as a bank gets, and with all that it may read.</summary>
internal static class BankCases
{
    private static readonly SequenceModelOptions Causal = Options(new() { Filters = 512, Bidirectional = false });

    private static readonly SequenceModelOptions TwoWay = Options(new() { Filters = 512, Bidirectional = true });

    private static readonly DerivedInputs Everything
        = new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true };

    public static IReadOnlyDictionary<string, SequenceModelOptions> All { get; } = new Dictionary<string, SequenceModelOptions>
    {
        ["Bank, two-way"] = TwoWay,
        ["Bank"] = Causal,
        ["Bank, regression, two-way"] = TwoWay with { Task = SequenceTask.Regression, Outputs = 1 },
        ["Bank, regression"] = Causal with { Task = SequenceTask.Regression, Outputs = 2 },
        ["Bank, linear"] = Options(new() { Filters = 0, Bidirectional = false }) with { Task = SequenceTask.Regression, Outputs = 2 },
        ["Bank, linear, intervals, missing values"] = Options(new() { Filters = 0, Bidirectional = false }) with
        {
            Task = SequenceTask.Regression, Outputs = 1, HasIntervals = true, MissingValues = MissingValues.ForwardFill,
        },
        ["Bank, regression, intervals"] = Causal with { Task = SequenceTask.Regression, Outputs = 1, HasIntervals = true },
        ["Bank, few filters of a channel"] = Options(new() { Filters = 1, LargestOrder = 1, Bidirectional = false }) with
        {
            Inputs = 1, DerivedInputs = new(),
        },
        ["Bank, many channels"] = Causal with { Inputs = 11 },
        ["Bank, intervals, two-way"] = TwoWay with { HasIntervals = true },
        ["Bank, intervals"] = Causal with { HasIntervals = true },
        ["Bank, missing values, mean, two-way"] = TwoWay with { MissingValues = MissingValues.Mean },
        ["Bank, missing values filled forward"] = Causal with { MissingValues = MissingValues.ForwardFill },
        ["Bank, derived inputs, two-way"] = TwoWay with { DerivedInputs = Everything },
        ["Bank, derived inputs"] = Causal with { DerivedInputs = Everything },
        ["Bank, derived inputs, missing values"] = Causal with { DerivedInputs = Everything, MissingValues = MissingValues.Mean },
    };

    private static SequenceModelOptions Options(StateSpaceBankOptions bank) => new()
    {
        Task = SequenceTask.Classification, Inputs = 2, Outputs = 3, Architecture = bank, DerivedInputs = new() { Differences = true },
    };
}
