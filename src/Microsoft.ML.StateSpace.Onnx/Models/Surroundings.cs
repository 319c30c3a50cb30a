namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>What a step of a pipeline does around its model.</summary>
/// <param name="Answers">What it makes of the answers.</param>
/// <param name="WarmUp">Time steps for which the first one is held before every sequence.</param>
/// <param name="FirstOutputs">The first measured outputs that it is told; <see langword="null"/> where it is told none.</param>
internal sealed record Surroundings(AnswerKind Answers, int WarmUp = 0, FirstOutputs? FirstOutputs = null)
{
    /// <summary>A model by itself.</summary>
    public static Surroundings None { get; } = new(AnswerKind.Score);
}
