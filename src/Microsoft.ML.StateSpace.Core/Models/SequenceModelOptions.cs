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
    /// Whether an example is a pair of sequences, to which one answer belongs. The same network encodes and pools both, and the decoder
    /// reads the two pooled vectors, their difference and their product; only networks that are not certified do that. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool HasPairs { get; init; }

    /// <summary>
    /// What stands for missing values, where the training rows had such; <see langword="null"/> where they had none, and then an answer to
    /// missing values is missing too. Default: <see langword="null"/>.
    /// </summary>
    public MissingValues? MissingValues { get; init; }

    /// <summary>
    /// What the model derives from its channels and reads beside them. Default: <see langword="null"/>, chosen from the data when the model
    /// is fitted; in a trained model it means none.
    /// </summary>
    public DerivedInputs? DerivedInputs { get; init; }

    /// <summary>
    /// Time steps of the mean training sequence, where the model reads differences to it; set when the model is fitted. Default: 0.
    /// </summary>
    public int MeanSteps { get; init; }

    /// <summary>The network, or another kind of model. In a trained model no size in it is <see langword="null"/>.</summary>
    public required ArchitectureOptions Architecture { get; init; }
}
