using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small ensembles of two or three unlike members.</summary>
internal static class EnsembleCases
{
    private static readonly S5Options S5 = new()
    {
        Layers = 1, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01,
    };

    private static readonly LruOptions Lru = new() { Layers = 2, ModelSize = 5, StateSize = 3, Bidirectional = false, Dropout = 0 };

    private static readonly StateSpaceBankOptions Bank = new() { Filters = 128, Bidirectional = false };

    private static readonly Dictionary<string, SequenceModelOptions> All = new()
    {
        ["Classification"] = Options(SequenceTask.Classification, 3, new() { Members = [S5, Lru] }),
        ["Regression"] = Options(SequenceTask.Regression, 2, new() { Members = [S5, Lru], Weights = [1, 3] }),
        ["Tagging"] = Options(SequenceTask.Tagging, 3, new() { Members = [Lru, S5, Lru], Weights = [0.2, 5, 1] }),
        ["Sequence to sequence"] = Options(SequenceTask.SequenceToSequence, 2, new() { Members = [S5, Lru, S5 with { Layers = 2 }] }),
        ["Missing values"] = Options(SequenceTask.SequenceToSequence, 2, new() { Members = [S5, Lru] }) with
        {
            MissingValues = MissingValues.ForwardFill,
        },
        ["Intervals"] = Options(SequenceTask.Classification, 3, new() { Members = [S5, S5 with { Layers = 2 }] }) with
        {
            HasIntervals = true,
        },
        ["Derived inputs"] = Options(SequenceTask.SequenceToSequence, 2, new() { Members = [S5, Lru] }) with
        {
            DerivedInputs = new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true }, MeanSteps = 25,
        },
        ["Bank and network"] = Options(SequenceTask.Classification, 3, new() { Members = [Bank, Lru] }) with
        {
            DerivedInputs = new() { Differences = true },
        },
        ["Network and bank, regression"] = Options(SequenceTask.Regression, 2, new() { Members = [S5, Bank], Weights = [1, 2] }) with
        {
            DerivedInputs = new(),
        },
        ["Two-way"] = Options(SequenceTask.Classification, 3, new() { Members = [S5, Lru with { Bidirectional = true }] }),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static IEnumerable<string> AllNames => All.Keys;

    public static SequenceModelOptions Options(string name) => All[name];

    /// <summary>A model and its members by themselves, with statistics of the data and parameters away from zeros and ones.</summary>
    public static (TrainedModel Ensemble, TrainedModel[] Members) Create(string name)
    {
        var options = All[name];
        var ensemble = (EnsembleOptions)options.Architecture;
        TrainedModel[] members = [.. ensemble.Members.Select(member => TrainedCases.Create(options with { Architecture = member }))];
        return (EnsembleTraining.Combine(options, ensemble, members), members);
    }

    private static SequenceModelOptions Options(SequenceTask task, int outputs, EnsembleOptions ensemble)
        => new() { Task = task, Inputs = 2, Outputs = outputs, Architecture = ensemble };
}
