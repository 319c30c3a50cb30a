using System.Globalization;
using Microsoft.ML.StateSpace.Forecasting;

namespace Microsoft.ML.StateSpace;

/// <summary>How well a forecaster did on rows that it had not learned from, and others beside it.</summary>
public sealed class BacktestResult
{
    /// <summary>The name of the state-space forecaster in the table.</summary>
    internal const string OwnName = "state space";

    internal BacktestResult(IReadOnlyList<BacktestModel> models) => Models = models;

    /// <summary>The state-space forecaster, then the baselines.</summary>
    public IReadOnlyList<BacktestModel> Models { get; }

    /// <summary>The state-space forecaster.</summary>
    public BacktestModel Forecaster => Models[0];

    /// <summary>Number of rows after which forecasts were made, over all series. All steps of each forecast lie in the test part.</summary>
    public int Origins { get; internal init; }

    /// <summary>Number of series that have such a row.</summary>
    public int TestedSeries { get; internal init; }

    /// <summary>How often the forecaster was fitted; 0 where a fitted one was given.</summary>
    public int Fits { get; internal init; }

    /// <summary>Rows of the season of baselines and of scaled errors; 1 where there is none.</summary>
    public int Season { get; internal init; }

    /// <summary>The share of values that shall lie in their intervals.</summary>
    public float ConfidenceLevel { get; internal init; }

    /// <summary>The name of each target; those of a vector have its slot names, or numbers from 0.</summary>
    public IReadOnlyList<string> TargetNames { get; internal init; } = [];

    /// <summary>The series. Empty unless <see cref="BacktestOptions.KeepsForecasts"/>.</summary>
    public IReadOnlyList<BacktestSeries> Series { get; internal init; } = [];

    /// <summary>The forecasts of every origin, series after series. Empty unless <see cref="BacktestOptions.KeepsForecasts"/>.</summary>
    public IReadOnlyList<BacktestOrigin> Forecasts { get; internal init; } = [];

    /// <summary>The metrics of each model over all steps and targets, as a table in Markdown that can be read as plain text.</summary>
    public string ToTable() => BacktestTable.Of(
        this, "model", Models.Select(model => (model.Name, model.Overall)));

    /// <summary>The metrics of each horizon step of a model over all targets, as a table in Markdown.</summary>
    /// <param name="model">A model of <see cref="Models"/>. <see langword="null"/> means the state-space forecaster.</param>
    public string ToStepTable(BacktestModel? model = null) => BacktestTable.Of(
        this, "step", (model ?? Forecaster).Steps.Select((metrics, step) => ((step + 1).ToString(CultureInfo.InvariantCulture), metrics)));

    /// <summary>What was tested, and the table of the models.</summary>
    public override string ToString()
    {
        string fits = Fits switch { 0 => "of a fitted model", 1 => "of one fit", _ => $"of {Fits} fits" };
        string season = Season > 1 ? $", season {Season}" : "";
        return $"forecasts {fits} after {Origins} rows of {TestedSeries} series, {Forecaster.Steps.Count} steps ahead{season}"
            + $"{Environment.NewLine}{ToTable()}";
    }
}
