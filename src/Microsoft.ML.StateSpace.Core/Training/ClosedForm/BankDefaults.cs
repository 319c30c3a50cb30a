using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What is chosen where the options of a bank leave a value open.</summary>
internal static class BankDefaults
{
    private const int UsualFilters = 1280;

    /// <summary>Fills in what is open.</summary>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
    {
        var bank = (StateSpaceBankOptions)options.Architecture;
        return options with
        {
            MissingValues = TrainingDefaults.MissingOf(options, data),
            DerivedInputs = DerivedDefaults.Of(options),
            MeanSteps = DerivedDefaults.MeanSteps(options.DerivedInputs, data),
            Architecture = bank with { Filters = bank.Filters ?? UsualFilters, Bidirectional = bank.Bidirectional ?? true },
        };
    }
}
