using System.Runtime.CompilerServices;
using Microsoft.ML.StateSpace.AutoML.Spaces;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>The columns by which the answers of a step are judged.</summary>
/// <param name="Target">What is true.</param>
/// <param name="Score">The values, or the probabilities of the classes.</param>
/// <param name="PredictedLabel">The most probable class; <see langword="null"/> where the answers are values.</param>
internal sealed record AnswerColumns(string Target, string Score, string? PredictedLabel = null);

/// <summary>
/// Meets the state-space steps of a pipeline while AutoML builds it. The sweep does not build the pipeline itself, so the visitor travels
/// with the <see cref="MLContext"/>, which the factories of the steps are given.
/// </summary>
internal interface IStepVisitor
{
    /// <summary>Meets a step.</summary>
    /// <param name="task">What it answers.</param>
    /// <param name="settings">What the sweep has chosen for it.</param>
    /// <param name="columns">Its columns.</param>
    /// <returns>The options with which the step is to be trained.</returns>
    TrainingOptions Visit(SequenceTask task, SequenceSettings settings, AnswerColumns columns);
}

/// <summary>Which visitor goes with which context.</summary>
internal static class StepVisitors
{
    private static readonly ConditionalWeakTable<MLContext, IStepVisitor> All = [];

    /// <summary>The visitor of a context; <see langword="null"/> where it has none.</summary>
    public static IStepVisitor? Of(MLContext context) => All.TryGetValue(context, out var visitor) ? visitor : null;

    /// <summary>Gives a context a visitor, in place of the one that it had.</summary>
    public static void AttachTo(this IStepVisitor visitor, MLContext context) => All.AddOrUpdate(context, visitor);
}
