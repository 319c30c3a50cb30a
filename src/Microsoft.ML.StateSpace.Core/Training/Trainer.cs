using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Trains a model on sequences.</summary>
internal static class Trainer
{
    /// <summary>Trains a model of the given kind; sizes and settings left open are chosen from the data.</summary>
    /// <param name="options">The model; its architecture may leave sizes open.</param>
    /// <param name="training">How to train; its seed must be set.</param>
    /// <param name="data">The training sequences.</param>
    /// <param name="validation">Sequences to choose the best epoch by; where <see langword="null"/> a part of <paramref name="data"/> is held out.</param>
    /// <param name="log">Receives one line a noteworthy event.</param>
    /// <exception cref="TrainingDivergedException">The loss exploded.</exception>
    public static TrainedModel Fit(SequenceModelOptions options, TrainingOptions training, SequenceSet data, SequenceSet? validation = null, Action<string>? log = null)
        => throw new NotImplementedException();
}
