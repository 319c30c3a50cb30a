using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What is chosen where the options of a bank leave a value open. A bank for whole sequences has fewer filters where the features of all
/// sequences do not fit into memory side by side. A fit of one that answers every time step costs rows times banks times the square of the
/// features, so the number of banks falls with the number of rows, and then the number of filters.
/// </summary>
internal static class BankDefaults
{
    private const int UsualFilters = 1280, FewerFilters = 512;

    // Per time step: banks of usual data, the rows of all of them together, and the filters of a single bank where even that one would take
    // minutes.
    private const int MostBanks = 3, FewFilters = 30;
    private const long MostRows = 600_000, MostRowsOfBank = 3_000_000;

    /// <summary>Fills in what is open.</summary>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
    {
        var bank = (StateSpaceBankOptions)options.Architecture;
        bool isPerStep = options.Task.Axis == AnswerAxis.Step;
        return options with
        {
            MissingValues = TrainingDefaults.MissingOf(options, data),
            DerivedInputs = DerivedDefaults.Of(options),
            MeanSteps = DerivedDefaults.MeanSteps(options.DerivedInputs, data),
            Architecture = bank with
            {
                Filters = bank.Filters ?? (isPerStep ? FiltersOfSteps(data) : FiltersOfSequences(data)),
                Bidirectional = bank.Bidirectional ?? TaskDefaults.Of(options.Task).IsBidirectional,
            },
        };
    }

    private static int FiltersOfSequences(SequenceSet data) => data.Count <= FeatureRows.MostLeftOut ? UsualFilters : FewerFilters;

    private static int FiltersOfSteps(SequenceSet data)
    {
        long rows = Enumerable.Range(0, data.Count).Sum(i => (long)data.Length(i));
        return rows > MostRowsOfBank ? FewFilters : StepBankModel.FiltersOfBank * (int)Math.Clamp(MostRows / rows, 1, MostBanks);
    }
}
