namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>What is made of a model's answers.</summary>
internal enum AnswerKind
{
    /// <summary>Nothing: they are the score.</summary>
    Score,

    /// <summary>The likeliest class beside the probabilities.</summary>
    Classes,

    /// <summary>Of two classes: yes or no, the logarithm of the odds, and the probability of yes.</summary>
    YesOrNo,
}
