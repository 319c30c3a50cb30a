using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Puts a report together, section by section.</summary>
internal static class ModelReport
{
    public static ReportPage Of(ITransformer model, IDataView? data, ReportOptions options)
    {
        var (step, prepared) = ReportedStep.Find(model, data);
        return step is ForecastingTransformer forecaster
            ? OfForecaster(forecaster, prepared, options)
            : OfSequences((SequenceTransformer)step, prepared, options);
    }

    private static ReportPage OfSequences(SequenceTransformer transformer, IDataView? data, ReportOptions options)
    {
        var task = transformer.Model.Options.Task;
        var answers = data is null ? null : TestAnswers.Of(transformer, data);
        string rows = answers is null ? "without test data" : $"with {Number.Text((long)answers.Rows.Count)} test rows";
        var page = new ReportPage(options.Title ?? TitleOf(transformer), $"A report of a fitted model, {rows}.");
        if (answers is not null && task.Target == TargetKind.Class)
        {
            ClassSection.Add(page, answers);
            CalibrationSection.Add(page, answers);
        }
        else if (answers is not null)
        {
            ValueSection.Add(page, answers, transformer.Summary.Options);
        }
        if (answers is not null && options.Examples > 0)
            ExampleSection.Add(page, answers, options.Examples);
        CurveSection.Add(page, transformer.Summary, transformer.Model.Options.Architecture, options.LearningCurve);
        ChoiceSection.Add(page, transformer.Model);
        AddNetwork(page, transformer.Model, options);
        return page;
    }

    private static ReportPage OfForecaster(ForecastingTransformer forecaster, IDataView? data, ReportOptions options)
    {
        string rows = data is null ? "without test data" : "tested on the last rows of each series";
        var page = new ReportPage(options.Title ?? "Forecaster", $"A report of a fitted model, {rows}.");
        if (data is not null)
            BacktestSection.Add(page, forecaster, data, options);
        ChoiceSection.Add(page, forecaster);
        if (forecaster.Model.Network?.Model is { } network)
        {
            CurveSection.Add(page, network.Summary, network.Options.Architecture, options.LearningCurve);
            AddNetwork(page, network, options);
        }
        return page;
    }

    private static void AddNetwork(ReportPage page, TrainedModel model, ReportOptions options)
    {
        PoleSection.Add(page, model);
        ResponseSection.Add(page, model);
        CertificateSection.Add(page, model);
        if (options.Costates is { } costates)
            CostateSection.Add(page, costates);
    }

    private static string TitleOf(SequenceTransformer transformer) => transformer switch
    {
        SequenceClassificationTransformer => "Sequence classification",
        BinarySequenceClassificationTransformer => "Binary sequence classification",
        SequenceRegressionTransformer => "Sequence regression",
        SequenceTaggingTransformer => "Sequence tagging",
        _ => "Sequence to sequence",
    };
}
