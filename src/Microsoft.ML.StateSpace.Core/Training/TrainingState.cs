using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// All that a training needs, at the end of an epoch, to continue as if it had not stopped. Random numbers are not part of it, since they
/// are drawn again from the seed.
/// </summary>
internal sealed class TrainingState(ParameterSet parameters)
{
    /// <summary>The present parameters, and the optimiser's moments of each.</summary>
    public EngineState Engine { get; } = new(parameters.Values.Length);

    /// <summary>The parameters of the best epoch so far.</summary>
    public ParameterSet Best { get; } = parameters.Clone();

    public int BestEpoch { get; set; }

    public double? BestLoss { get; set; }

    public double? BestMetric { get; set; }

    /// <summary>Epochs that have ended.</summary>
    public int Epoch { get; set; }

    /// <summary>Loss of the very first step, against which divergence is judged.</summary>
    public double FirstLoss { get; set; }

    /// <summary>Time spent on training so far.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The iterations of a method of descent; <see langword="null"/> with AdamW.</summary>
    public IReadOnlyList<DescentIteration>? Iterations { get; set; }

    /// <summary>The engine that made the epochs so far, where it is not the one that goes on.</summary>
    public string? OtherEngine { get; set; }
}

/// <summary>A place where the state of a training is kept from one process to the next.</summary>
internal interface ICheckpoint
{
    /// <summary>
    /// Fills <paramref name="state"/> with what was kept of the training that <paramref name="identity"/> describes. Returns
    /// <see langword="false"/> where nothing was kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">What was kept belongs to another training.</exception>
    bool Load(TrainingIdentity identity, TrainingState state);

    void Save(TrainingIdentity identity, TrainingState state);

    /// <summary>
    /// Takes the place for one training, until the result is disposed. A place without that may return <see langword="null"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another training has the place, or it cannot be written.</exception>
    IDisposable? Claim(TrainingIdentity identity) => null;

    /// <summary>What the log should say where nothing was kept of a training; <see langword="null"/> is nothing.</summary>
    string? Beginning(TrainingIdentity identity) => null;
}

/// <summary>Tells which training a state belongs to: with the same options and the same data, every step is the same.</summary>
/// <param name="Model">The network, all sizes resolved.</param>
/// <param name="Training">The training options, every choice filled in.</param>
/// <param name="Data">A hash of the training sequences and of those held out.</param>
internal sealed record TrainingIdentity(Models.SequenceModelOptions Model, TrainingOptions Training, string Data);
