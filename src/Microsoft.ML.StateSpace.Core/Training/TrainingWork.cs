using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>A network that is ready to be trained: all sizes chosen, statistics taken, sequences held out and cut.</summary>
internal sealed record TrainingWork
{
    /// <summary>The network.</summary>
    public required SequenceNetwork Model { get; init; }

    /// <summary>The parameters that training begins with.</summary>
    public required ParameterSet Initial { get; init; }

    /// <summary>How to train, every choice filled in.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The training sequences, without those that are held out.</summary>
    public required SequenceSource Data { get; init; }

    /// <summary>The same, cut into windows where that is asked for.</summary>
    public required SequenceSource Windows { get; init; }

    /// <summary>What the best epoch is chosen by; <see langword="null"/> where there is nothing.</summary>
    public SequenceSource? Validation { get; init; }

    /// <summary>Receives one line for each noteworthy event.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Receives what a user should change or know.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Keeps the state of training.</summary>
    public ICheckpoint? Checkpoint { get; init; }

    /// <summary>The linear system that the network is before the first step.</summary>
    public LinearSystem? Start { get; init; }

    /// <summary>Epochs of another method before this one and behind it, where there are two.</summary>
    public (int Before, int Behind) OtherEpochs { get; init; }

    /// <summary>What keeps the state of this training; <see langword="null"/> where nothing does.</summary>
    /// <param name="pool">Bytes of the pool from which batches are drawn; 0 where there is none.</param>
    public Checkpointing? Checkpointing(long pool)
    {
        if (Checkpoint is null)
            return null;
        using (SlowStage.Begin("Hashing the data for the checkpoint", Log))
            return new Checkpointing(Checkpoint, Model.Options, Options, Data, Validation, pool, Initial, Start);
    }
}
