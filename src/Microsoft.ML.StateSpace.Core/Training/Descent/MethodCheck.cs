using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Refuses what a <see cref="TrainingOptions.Method"/> cannot do, or would pass over in silence.</summary>
internal static class MethodCheck
{
    /// <summary>Throws where a method is named for a model that nothing trains by gradients.</summary>
    public static void RequireNetwork(ArchitectureOptions architecture, TrainingOptions training)
    {
        if (training.Method is { } method && architecture is StateSpaceBankOptions)
        {
            throw new ArgumentException(
                $"{method.GetType().Name} trains networks, and {architecture.GetType().Name} has a closed form that needs no method. Leave "
                + "TrainingOptions.Method null, or choose a network, such as LruOptions, as the Architecture.");
        }
    }

    /// <summary>
    /// Throws where the options do not go with their method. Returns the model; with a method it has no dropout, and inner sizes are as
    /// they were.
    /// </summary>
    /// <exception cref="ArgumentException">An option does not go with the method.</exception>
    /// <exception cref="InvalidOperationException">The sequences are not in memory.</exception>
    public static SequenceModelOptions Require(SequenceModelOptions options, TrainingOptions training, SequenceSource data)
    {
        if (training.Method is not { } method)
            return options;
        string name = method.GetType().Name;
        bool hasAdamW = method is PolishOptions { First: null };
        if (training.BatchSize is int size && !hasAdamW)
        {
            throw new ArgumentOutOfRangeException(
                nameof(training.BatchSize), size,
                $"BatchSize must be null with {name}, which sees all training sequences in every step: a step that lowers the loss of a batch "
                + "says nothing about that of all. Leave TrainingOptions.BatchSize null, or Method null for AdamW.");
        }
        if (training.LearningRate is double rate && !hasAdamW)
        {
            throw new ArgumentOutOfRangeException(
                nameof(training.LearningRate), rate,
                $"LearningRate must be null with {name}, which finds the size of its steps itself. Leave TrainingOptions.LearningRate null, "
                + "or Method null for AdamW; GradientDescentOptions.Rate is the rate of gradient descent.");
        }
        if (training.Engine is { } engine)
        {
            throw new ArgumentException(
                $"{name} runs on the managed engine alone, and the Engine is {engine}: its steps are accepted by sums in double that do not "
                + "depend on a device. Leave TrainingOptions.Engine null, or Method null for AdamW.");
        }
        if (data is not SequenceSet)
        {
            throw new InvalidOperationException(
                $"{data.FeaturesName}: {name} passes over all training sequences in every step, so they must be in memory, and they take "
                + $"{data.Bytes} bytes, more than TrainingOptions.MemoryBudget, {training.MemoryBudget}. Raise MemoryBudget to at least "
                + $"{data.Bytes}, or leave Method null for AdamW, which streams them.");
        }
        var network = (NetworkOptions)options.Architecture;
        if (network.Dropout is double dropout and > 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(network.Dropout), dropout,
                $"Dropout must be 0 with {name}: a random mask would make the objective another one in every step. Leave Dropout of the "
                + "architecture null or set it to 0, or leave Method null for AdamW.");
        }
        return options with { Architecture = network with { Dropout = 0 } };
    }
}
