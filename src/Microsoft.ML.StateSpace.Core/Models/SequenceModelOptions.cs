namespace Microsoft.ML.StateSpace.Models;

/// <summary>All that defines a model but its parameters: what goes in, what comes out, and the model between.</summary>
public sealed record SequenceModelOptions
{
    /// <summary>What the model answers.</summary>
    public required SequenceTask Task { get; init; }

    /// <summary>Channels of a time step; 1 where a time step is a token.</summary>
    public required int Inputs { get; init; }

    /// <summary>
    /// Number of distinct tokens, 0 .. Vocabulary - 1, of an embedding encoder; 0 for a linear encoder of real channels. Default: 0.
    /// </summary>
    public int Vocabulary { get; init; }

    /// <summary>Classes, or outputs a time step.</summary>
    public required int Outputs { get; init; }

    /// <summary>
    /// Whether every time step comes with the time since the step before, so that steps need not be equally far apart; only some cores take
    /// that. Default: <see langword="false"/>.
    /// </summary>
    public bool HasIntervals { get; init; }

    /// <summary>
    /// What stands for missing values, where the training rows had such; <see langword="null"/> where they had none, and then an answer to
    /// missing values is missing too. Default: <see langword="null"/>.
    /// </summary>
    public MissingValues? MissingValues { get; init; }

    /// <summary>The network, or another kind of model. In a trained model no size in it is <see langword="null"/>.</summary>
    public required ArchitectureOptions Architecture { get; init; }
}
