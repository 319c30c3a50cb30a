using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Small models of every kind, as a user holds them: networks, ensembles and banks.</summary>
internal static class TrainedCases
{
    private static readonly Dictionary<string, SequenceModelOptions> All = new([
        .. ModelCases.AllNames.Select(name => KeyValuePair.Create(name, ModelCases.Options(name))),
        .. EnsembleCases.AllNames.Select(name => KeyValuePair.Create($"Ensemble: {name}", EnsembleCases.Options(name))),
        .. BankCases.All, .. StepBankCases.All,
    ]);

    /// <summary>Sequences on which a bank is fitted, the first ones of the data.</summary>
    public const int Sequences = 24;

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> CausalNames => NamesWhere(_ => true, causal: true);

    public static TheoryData<string> IntervalNames => NamesWhere(options => options.HasIntervals);

    public static TheoryData<string> CausalIntervalNames => NamesWhere(options => options.HasIntervals, causal: true);

    public static TheoryData<string> NamesWithoutMissing => NamesWhere(options => options.MissingValues is null && options.Vocabulary == 0);

    public static TheoryData<string> CausalNamesWithoutMissing => NamesWhere(options => options.MissingValues is null, causal: true);

    public static SequenceModelOptions Options(string name) => All[name];

    public static TrainedModel Create(string name) => Create(All[name]);

    /// <summary>A model with statistics of data; a network's parameters are random, a bank's are fitted.</summary>
    public static TrainedModel Create(SequenceModelOptions options) => options.Architecture switch
    {
        NetworkOptions => new(options, ModelCases.Create(options, ModelCases.Data(options, 30, 20)).Parameters, Summary.None),
        EnsembleOptions ensemble => EnsembleTraining.Combine(
            options, ensemble, [.. ensemble.Members.Select(member => Create(options with { Architecture = member }))]),
        _ => ModelTraining.Fit(
            options, new TrainingOptions { Seed = 5, Threads = 1 }, ModelCases.Data(options, [.. Enumerable.Repeat(25, Sequences)])),
    };

    private static TheoryData<string> NamesWhere(Func<SequenceModelOptions, bool> isChosen, bool causal = false)
        => [.. All.Where(c => isChosen(c.Value) && (!causal || IsCausal(c.Value.Architecture))).Select(c => c.Key)];

    private static bool IsCausal(ArchitectureOptions architecture) => architecture switch
    {
        NetworkOptions network => network.Bidirectional == false,
        EnsembleOptions ensemble => ensemble.Members.All(IsCausal),
        _ => ((StateSpaceBankOptions)architecture).Bidirectional == false,
    };
}
