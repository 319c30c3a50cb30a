using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

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
                + "TrainingOptions.Method null, or choose a network as the Architecture.");
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
        if (training.BatchSize is int size && !training.HasAdamW)
        {
            throw new ArgumentOutOfRangeException(
                nameof(training.BatchSize), size,
                $"BatchSize must be null with {name}, which sees all training sequences in every step: a step that lowers the loss of a "
                + "batch says nothing about that of all. Leave TrainingOptions.BatchSize null, or Method null for AdamW.");
        }
        if (training.LearningRate is double rate && !training.HasAdamW)
        {
            throw new ArgumentOutOfRangeException(
                nameof(training.LearningRate), rate,
                $"LearningRate must be null with {name}, which finds the size of its steps itself. Leave TrainingOptions.LearningRate "
                + "null, or Method null for AdamW; GradientDescentOptions.Rate is the rate of gradient descent.");
        }
        if (training.Engine is { } engine)
        {
            throw new ArgumentException(
                $"{name} runs on the managed engine alone, and the Engine is {engine}: its steps are accepted by sums in double that do "
                + "not depend on a device. Leave TrainingOptions.Engine null, or Method null for AdamW.");
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

    /// <summary>Throws where a method, or the second of two, cannot train such a network.</summary>
    /// <param name="model">The network, all sizes chosen.</param>
    /// <param name="training">How to train.</param>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void Require(SequenceNetwork model, TrainingOptions training)
    {
        var method = training.Method;
        if (method is LevenbergMarquardtOptions || method is PolishOptions { First: LevenbergMarquardtOptions }
            or PolishOptions { Then: LevenbergMarquardtOptions })
            RequireForLevenbergMarquardt(model, training);
    }

    private static void RequireForLevenbergMarquardt(SequenceNetwork model, TrainingOptions training)
    {
        const string Other = "or choose LbfgsOptions, which trains any network by any loss";
        if (model.Options.Task.Target == TargetKind.Class || training.Loss != ValueLossKind.Squared || training.IntervalLevels is not null)
        {
            string loss = model.Options.Task.Target == TargetKind.Class ? "cross-entropy"
                : training.IntervalLevels is not null ? "that of an interval" : $"{training.Loss}";
            throw new ArgumentException(
                $"LevenbergMarquardtOptions needs the squared loss of values, whose Hessian is nearly R'R, and this loss is {loss}. Leave "
                + $"TrainingOptions.Loss as it is for a task of values, {Other}.");
        }
        if (!model.IsCausal)
        {
            throw new ArgumentException(
                "LevenbergMarquardtOptions needs a network that reads a sequence from its start only, since the derivative of an answer "
                + $"is then cut off behind it, and this one is bidirectional. Set Bidirectional of the architecture to false, {Other}.");
        }
        int count = model.Layout.CreateZeros().Parameters.Where(p => p.Group != ParameterGroup.Fixed).Sum(p => p.Length);
        if (count > LevenbergMarquardtOptions.MostParameters)
        {
            throw new ArgumentException(
                $"LevenbergMarquardtOptions trains at most {LevenbergMarquardtOptions.MostParameters} parameters, since it solves as many "
                + $"equations in every step, and this network has {count}. Lower Layers, ModelSize or StateSize of the "
                + $"architecture, {Other}.");
        }
    }
}
