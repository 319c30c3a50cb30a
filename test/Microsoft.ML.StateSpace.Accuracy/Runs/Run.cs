namespace Microsoft.ML.StateSpace.Accuracy.Runs;

/// <summary>One training, and what its model reached.</summary>
/// <param name="Key">What was trained on what.</param>
/// <param name="Scores">The scores: one, or one for each part and output of a plant.</param>
/// <param name="TrainingSeconds">Wall time of the training.</param>
/// <param name="ScoringSeconds">Wall time of scoring all test data.</param>
internal sealed record Run(RunKey Key, IReadOnlyList<Score> Scores, double TrainingSeconds, double ScoringSeconds);

/// <summary>A number of a run.</summary>
/// <param name="Of">What was scored.</param>
/// <param name="Value">The accuracy as a share, or the FIT in percent; the larger the better.</param>
/// <param name="RootMeanSquaredError">In the unit of the output; <see langword="null"/> for classes.</param>
/// <param name="Choice">What a baseline has chosen.</param>
internal sealed record Score(string Of, double Value, double? RootMeanSquaredError = null, string? Choice = null);
