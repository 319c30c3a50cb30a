namespace OnnxExport;

/// <summary>What the model answers to a batch of sequences.</summary>
/// <param name="Scores">Class probabilities of each.</param>
/// <param name="Labels">The place of the likeliest class of each, from 0.</param>
/// <param name="Classes">The names of the classes.</param>
internal sealed record Answers(float[][] Scores, long[] Labels, string[] Classes);
