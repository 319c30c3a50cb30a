using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Trains a model of any kind.</summary>
internal static class ModelTraining
{
    /// <inheritdoc cref="Trainer.Fit"/>
    public static TrainedModel Fit(
        SequenceModelOptions options, TrainingOptions training, SequenceSource data, SequenceSource? validation = null,
        Action<string>? log = null, Action<string>? warn = null, ICheckpoint? checkpoint = null, LinearSystem? start = null)
    {
        if (start is not null)
            SystemStart.Require(options.Architecture);
        if (options.HasPairs)
            options.Architecture.RequirePairs();
        MethodCheck.RequireNetwork(options.Architecture, training);
        if (training.InitialParameters is not null)
            InitialValues.Require(options.Architecture, start);
        return options.Architecture switch
        {
            EnsembleOptions => EnsembleTraining.Fit(options, training, data, validation, log, warn, checkpoint),
            StateSpaceBankOptions when options.Task.Axis == AnswerAxis.Step
                => StepBankTraining.Fit(options, training, InMemory(data, training), validation as SequenceSet, log, warn),
            StateSpaceBankOptions => BankTraining.Fit(options, training, InMemory(data, training), validation as SequenceSet, log, warn),
            _ => Trainer.Fit(options, training, data, validation, log, warn, checkpoint, start),
        };
    }

    /// <summary>Fills in what the options of a single model leave open.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="data">The training sequences.</param>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
        => options.Architecture is StateSpaceBankOptions ? BankDefaults.Resolve(options, data) : TrainingDefaults.Resolve(options, data);

    // A bank goes back and forth in its sequences.
    private static SequenceSet InMemory(SequenceSource data, TrainingOptions training)
        => data as SequenceSet ?? throw new InvalidOperationException(
            $"{data.FeaturesName}: a bank of state spaces is fitted to sequences in memory, and these take {data.Bytes} bytes, more than "
            + $"TrainingOptions.MemoryBudget, {training.MemoryBudget}. Raise MemoryBudget to at least {data.Bytes}, or choose a network as "
            + "the Architecture, which streams them.");
}
