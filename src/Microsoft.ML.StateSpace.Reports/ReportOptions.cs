using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>What a report shows beside what the model and the test data tell by themselves.</summary>
public sealed record ReportOptions
{
    private const int MostExamples = 100;

    /// <summary>
    /// The title of the page. Default: <see langword="null"/>, the task of the model. There is no date on the page, so that the same model
    /// and data make the same bytes; put one into the title where you want it.
    /// </summary>
    public string? Title { get; init; }

    /// <summary>
    /// The number of test rows that are drawn, those with the largest errors, and of a forecaster as many forecasts; from 0 to 100.
    /// Default: 6.
    /// </summary>
    public int Examples { get; init; } = 6;

    /// <summary>
    /// The recording of the training, where the page shall show a learning curve: the file of a model holds none. Default:
    /// <see langword="null"/>.
    /// </summary>
    public TrainingCurve? LearningCurve { get; init; }

    /// <summary>
    /// An analysis of the model's costates, where the page shall show how far back its loss sees. Default: <see langword="null"/>.
    /// </summary>
    public PontryaginAnalysis? Costates { get; init; }

    /// <summary>
    /// Which rows of the test data a forecaster is tested on, and beside which simple forecasts. Default: <see langword="null"/>, the last
    /// fifth of each series, and the usual ones.
    /// </summary>
    public BacktestOptions? Backtest { get; init; }

    internal void Validate()
    {
        OptionCheck.InRange(Examples, 0, MostExamples);
        if (Title is not null && string.IsNullOrWhiteSpace(Title))
            throw new ArgumentException("Title is blank. Give the page a title, or leave Title null.", nameof(Title));
    }
}
