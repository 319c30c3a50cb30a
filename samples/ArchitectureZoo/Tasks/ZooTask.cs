using Microsoft.ML;
using Microsoft.ML.StateSpace;

namespace ArchitectureZoo.Tasks;

/// <summary>Something to learn, and how well it was learned; the same data, budget and score for every architecture.</summary>
internal abstract class ZooTask
{
    /// <summary>The name by which <c>--tasks</c> asks for it.</summary>
    public abstract string Name { get; }

    /// <summary>What each of its scores is.</summary>
    public abstract IReadOnlyList<string> ScoreNames { get; }

    /// <summary>Why it cannot run; <see langword="null"/> where it can.</summary>
    public virtual string? WhySkipped => null;

    /// <summary>How its scores are written.</summary>
    public virtual string ScoreFormat => "F3";

    /// <summary>Trains a fresh model of that architecture and scores it on sequences that it has not seen.</summary>
    public abstract Outcome Run(MLContext mlContext, ArchitectureOptions architecture, Budget budget);
}

/// <summary>What came of a task.</summary>
internal sealed record Outcome(TrainingSummary Training, IReadOnlyList<double> Scores);
