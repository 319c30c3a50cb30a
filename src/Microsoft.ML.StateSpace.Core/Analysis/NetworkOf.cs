using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The network of a model, for what looks into one.</summary>
internal static class NetworkOf
{
    /// <summary>Makes the network of a model, which must be one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="what">What is asked for, as the subject of the message.</param>
    /// <exception cref="NotSupportedException">The model is of another kind.</exception>
    public static SequenceNetwork Create(TrainedModel model, string what)
    {
        Require(model, what);
        return new SequenceNetwork(model.Options);
    }

    /// <summary>Requires that a model answers single sequences, and not pairs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="what">What is asked for, as the subject of the message.</param>
    /// <exception cref="NotSupportedException">The model answers pairs.</exception>
    public static void RequireSingleSequences(TrainedModel model, string what)
    {
        if (model.Options.HasPairs)
        {
            throw new NotSupportedException(
                $"{what} needs a model of single sequences, but this one answers pairs of them. Train a model with "
                + "SecondFeatureColumnName = null, and ask that one.");
        }
    }

    /// <summary>Requires that a model is one network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="what">What is asked for, as the subject of the message.</param>
    /// <exception cref="NotSupportedException">The model is of another kind.</exception>
    public static void Require(TrainedModel model, string what)
    {
        if (model.Options.Architecture is not NetworkOptions)
        {
            throw new NotSupportedException(
                $"{what} needs a model that is one network, but this one was trained with {model.Options.Architecture.GetType().Name}. "
                + "Train a model with a network as the Architecture, and ask that one.");
        }
    }
}
