using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>The memory with which one thread at a time scores sequences. It grows to the largest so far and is then used again.</summary>
internal abstract class ScoringMemory
{
    /// <summary>Floats of all its memory.</summary>
    public abstract long Floats { get; }

    /// <summary>
    /// Scores one sequence (length, inputs), with its intervals (length) where the model takes them. A causal model takes a long one window
    /// by window, in memory that does not depend on the length.
    /// </summary>
    /// <param name="weights">Parameters and prepared values.</param>
    /// <param name="values">The sequence.</param>
    /// <param name="intervals">Its intervals, or empty.</param>
    /// <param name="output">(output rows, outputs), of which the model then makes answers; assigned.</param>
    /// <exception cref="InvalidOperationException">The model needs the whole sequence at once, and that is too large.</exception>
    public abstract void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output);

    /// <summary>Scores a pair of sequences (length, inputs), where the model reads pairs.</summary>
    /// <param name="weights">Parameters and prepared values.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="second">The second sequence.</param>
    /// <param name="output">(outputs), of which the model then makes an answer; assigned.</param>
    /// <exception cref="InvalidOperationException">The model needs whole sequences at once, and these are too large.</exception>
    public virtual void ScorePair(Weights weights, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        => throw new NotSupportedException("This kind of model reads no pairs.");
}
