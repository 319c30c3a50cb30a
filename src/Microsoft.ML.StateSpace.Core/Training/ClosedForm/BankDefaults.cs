using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What is chosen where the options of a bank leave a value open.</summary>
internal static class BankDefaults
{
    // Filters, and those where the features of all sequences do not fit into memory side by side.
    private const int UsualFilters = 1280, FewerFilters = 512;

    /// <summary>Fills in what is open.</summary>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
    {
        var bank = (StateSpaceBankOptions)options.Architecture;
        return options with
        {
            MissingValues = TrainingDefaults.MissingOf(options, data),
            DerivedInputs = DerivedDefaults.Of(options),
            MeanSteps = DerivedDefaults.MeanSteps(options.DerivedInputs, data),
            Architecture = bank with
            {
                Filters = bank.Filters ?? (data.Count <= FeatureRows.MostLeftOut ? UsualFilters : FewerFilters),
                Bidirectional = bank.Bidirectional ?? true,
            },
        };
    }
}
