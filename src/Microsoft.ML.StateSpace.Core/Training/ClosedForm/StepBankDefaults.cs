using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What is chosen where the options of a bank that answers every time step leave a value open. A fit costs rows times banks times the
/// square of the features, so the number of banks falls with the number of rows, and then the number of filters.
/// </summary>
internal static class StepBankDefaults
{
    // Banks of usual data, the rows of all of them together, and the filters of a single bank where even that one would take minutes.
    private const int MostBanks = 3, FewFilters = 30;
    private const long MostRows = 600_000, MostRowsOfBank = 3_000_000;

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
                Filters = bank.Filters ?? FiltersOf(Enumerable.Range(0, data.Count).Sum(i => (long)data.Length(i))),
                Bidirectional = bank.Bidirectional ?? false,
            },
        };
    }

    private static int FiltersOf(long rows)
        => rows > MostRowsOfBank ? FewFilters : StepBankModel.FiltersOfBank * (int)Math.Clamp(MostRows / rows, 1, MostBanks);
}
