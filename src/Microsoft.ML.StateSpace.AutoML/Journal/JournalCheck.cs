using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML.Journal;

/// <summary>Holds what a line of a journal says against what a sweep can have written.</summary>
internal static class JournalCheck
{
    private const int MostConfigurations = 10_000_000;

    /// <summary>What is wrong with a header; <see langword="null"/> where nothing is.</summary>
    public static string? Fault(SweepHeader? header) => header is null ? "it must be a JSON object with the sweep's settings"
        : Missing(header.Space) ?? Missing(header.Data) ?? Missing(header.Metric)
        ?? Outside(header.Rungs, 1, 10) ?? Outside(header.Factor, 2, 100) ?? Outside(header.Repeats, 0, 10);

    /// <summary>What is wrong with a trial; <see langword="null"/> where nothing is.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="header">The header of its journal.</param>
    /// <param name="before">Finds an earlier trial, by its configuration and its rung.</param>
    public static string? Fault(SweepTrial? trial, SweepHeader header, Func<int, int, SweepTrial?> before)
        => trial is null ? "it must be a JSON object with a trial"
        : Missing(trial.Parameter) ?? Missing(trial.Curve)
        ?? (trial.Parameter.ParameterType == ParameterType.Object ? null : "Parameter must be an object")
        ?? Outside(trial.Configuration, 0, MostConfigurations) ?? Outside(trial.Rung, 0, header.LastRung)
        ?? Outside(trial.Share, double.Epsilon, 1) ?? Outside(trial.Seconds, 0, double.MaxValue)
        ?? Outside(trial.EndedAt, 0, double.MaxValue)
        ?? (trial.Failure is null && !double.IsFinite(trial.Loss) && !double.IsNaN(trial.Loss) ? "Loss must be finite or NaN" : null)
        ?? (trial.Curve.All(epoch => epoch is { Epoch: > 0 }) ? null : "Curve must hold epochs that count from 1")
        ?? (trial.Model is null || trial.Model == FileOf(trial) ? null : $"Model must be the plain name {FileOf(trial)}")
        ?? Misplaced(trial, before);

    /// <summary>The name of the file with the model of a trial, in the sweep's folder.</summary>
    public static string FileOf(SweepTrial trial)
        => string.Create(CultureInfo.InvariantCulture, $"model-{trial.Configuration}-{trial.Rung}.zip");

    private static string? Misplaced(SweepTrial trial, Func<int, int, SweepTrial?> before)
        => before(trial.Configuration, trial.Rung) is not null ? "it repeats an earlier trial"
        : trial.Rung > 0 && before(trial.Configuration, trial.Rung - 1) is not { Succeeded: true }
            ? $"configuration {trial.Configuration} has reached no rung below rung {trial.Rung}"
        : null;

    private static string? Missing(object? value, [CallerArgumentExpression(nameof(value))] string name = "")
        => value is null ? $"{Member(name)} must not be null" : null;

    private static string? Outside(
        double value, double smallest, double largest, [CallerArgumentExpression(nameof(value))] string name = "")
        => value >= smallest && value <= largest ? null
            : string.Create(CultureInfo.InvariantCulture, $"{Member(name)} must be {smallest:G4} to {largest:G4}, but is {value:G9}");

    private static string Member(string expression) => expression[(expression.LastIndexOf('.') + 1)..];
}
