using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Reports;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/reports.md.</summary>
public sealed class ReportSnippets : IDisposable
{
    private readonly MLContext mlContext = new(seed: 1);

    public void Dispose() => File.Delete("report.html");

    [Fact]
    public void Report_IsWrittenOfAPipeline()
    {
        IDataView trainData = Rows(40, 1), testData = Rows(20, 2);

        var curve = new TrainingCurve();
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions
            {
                Training = new() { Epochs = 20, Progress = curve },
            }));
        ITransformer model = pipeline.Fit(trainData);
        model.WriteReport("report.html", testData, new ReportOptions { LearningCurve = curve });

        File.ReadAllText("report.html").Should().Contain("Confusion matrix").And.Contain("Learning curve").And.NotContain("not recorded");
    }

    [Fact]
    public void Page_TakesSectionsOfOnesOwn()
    {
        IDataView testData = Rows(20, 2);
        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.StateSpace()).Fit(Rows(40, 1));
        double[] thresholds = [0.1, 0.5, 0.9], costs = [60_000, 28_000, 90_000];

        ReportPage page = model.CreateReport(testData);
        page.BeginSection("What it would save", "A false alarm costs 40, a failure 2,000.");
        page.AddNumbers([("a year", "112,000"), ("false alarms", "23")]);
        var cost = new Chart("Cost by threshold", new ChartAxis("threshold"), new ChartAxis("cost a year") { Shows = [0] });
        cost.AddLine("with this model", thresholds.Select((threshold, i) => (threshold, costs[i])));
        cost.AddGuide("without", [(0, 140_000), (1, 140_000)]);
        page.AddChart(cost);
        page.AddTable(new("Machines", ["machine", "alarms"], [["pump 1", "3"], ["pump 2", "0"]]));
        page.Save("report.html");

        File.ReadAllText("report.html").Should().Contain("Cost by threshold").And.Contain("pump 2");
    }

    private IDataView Rows(int count, int seed)
    {
        var random = new Random(seed);
        return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, 8).Select(t => (float)(Math.Sin((1 + i % 2) * t) + 0.3 * random.NextDouble()))],
            Label = i % 2 == 0 ? "slow" : "fast",
        }).ToList());
    }

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
