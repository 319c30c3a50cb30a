using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>What was chosen: the task, the model with its sizes, and how it was trained.</summary>
internal static class ChoiceSection
{
    private const string Heading = "What was chosen";

    public static void Add(ReportPage page, TrainedModel model)
    {
        page.BeginSection(Heading, "Options by their names, what was left to the library filled in.");
        AddNumbers(page, model.Summary);
        page.AddTable(Table("What goes in and comes out", Rows(model.Options)));
        AddModel(page, model);
    }

    public static void Add(ReportPage page, ForecastingTransformer forecaster)
    {
        var options = forecaster.Options;
        page.BeginSection(Heading, "Options by their names, what was left to the library filled in.");
        page.AddTable(Table("The forecaster", OptionRows.Of(options with { Architecture = null }, nameof(options.Training))));
        if (forecaster.Model.Network?.Model is not { } network)
        {
            page.AddText(
                "The forecasts are those of the closed form alone: no network was asked for, or the rows that were held out saw no gain.");
            return;
        }
        page.AddText($"The network has the weight {Number.Text(forecaster.NetworkWeight)} in the forecasts; the closed form has the rest.");
        AddNumbers(page, network.Summary);
        AddModel(page, network);
    }

    private static void AddNumbers(ReportPage page, TrainingSummary summary)
    {
        List<(string, string)> numbers = [("trained parameters", Number.Text((long)summary.ParameterCount))];
        if (summary.Epochs > 0)
            numbers.Add(("epochs", Number.Text((long)summary.Epochs)));
        if (summary.BestEpoch > 0)
            numbers.Add(("epoch kept", Number.Text((long)summary.BestEpoch)));
        if (summary.ValidationLoss is double loss)
            numbers.Add(("held-out loss", Number.Text(loss)));
        if (summary.ValidationMetric is double metric)
            numbers.Add(("held-out metric", Number.Text(metric)));
        numbers.Add(("seconds of training", Number.Tick(Math.Round(summary.Duration.TotalSeconds, 1))));
        page.AddNumbers(numbers);
        page.AddText($"Training ended: {Ending(summary.Stop)}.");
        if (summary.Warning is { } warning)
            page.AddText($"Warning: {warning}");
    }

    private static void AddModel(ReportPage page, TrainedModel model)
    {
        var architecture = model.Options.Architecture;
        page.AddTable(Table($"The model: {architecture.GetType().Name}", OptionRows.Of(architecture)));
        page.AddTable(Table("The training: TrainingOptions", OptionRows.Of(model.Summary.Options)));
    }

    private static IEnumerable<(string, string)> Rows(SequenceModelOptions options)
    {
        yield return ("Task", options.Task.ToString());
        yield return options.Vocabulary > 0
            ? ("Tokens", Number.Text((long)options.Vocabulary - 1)) : ("Channels of a time step", Number.Text((long)options.Inputs));
        yield return (options.Task is SequenceTask.Classification or SequenceTask.Tagging ? "Classes" : "Values of an answer",
            Number.Text((long)options.Outputs));
        if (options.HasIntervals)
            yield return ("Time steps", "with intervals");
        if (options.HasPairs)
            yield return ("A row", "a pair of sequences");
        if (options.MissingValues is { } missing)
            yield return ("MissingValues", missing.ToString());
        if (options.DerivedInputs is { Count: > 0 } derived)
        {
            foreach (var (name, value) in OptionRows.Of(derived))
                yield return ($"DerivedInputs.{name}", value);
        }
    }

    private static ReportTable Table(string caption, IEnumerable<(string Name, string Value)> rows)
        => new(caption, ["option", "value"], [.. rows.Select(row => (string[])[row.Name, row.Value])]);

    private static string Ending(TrainingStop stop) => stop switch
    {
        TrainingStop.Completed => "all of it was run",
        TrainingStop.EarlyStopping => "the validation loss had not improved for as long as the patience allows",
        TrainingStop.Cancelled => "it was cancelled, and the model is the best up to then",
        TrainingStop.Diverged => "the loss exploded, and the model is the best up to then",
        TrainingStop.Converged => "the residual had reached its tolerance",
        _ => "no further step lowered the objective",
    };
}
