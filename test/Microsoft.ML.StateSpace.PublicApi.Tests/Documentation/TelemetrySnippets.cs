using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/telemetry.md. A test of Core holds that every block stands here, word for word.</summary>
public sealed class TelemetrySnippets : IDisposable
{
    private readonly MLContext mlContext = new(seed: 1);
    private readonly string folder = Directory.CreateTempSubdirectory("state-space-snippets-").FullName;
    private readonly ILogger logger = NullLogger.Instance;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Training_CanBeWatched()
    {
        IDataView trainData = Rows();

        using var tensorBoard = new TensorBoardProgress(folder);
        var model = mlContext.MulticlassClassification.Trainers.StateSpace(epochs: 20, progress: tensorBoard).Fit(trainData);

        model.Should().NotBeNull();
        Runs().Should().Equal("run");
    }

    [Fact]
    public void Training_CanBeLogged()
    {
        IDataView trainData = Rows();
        using IDisposable logging = mlContext.LogTo(logger);

        using var tensorBoard = new TensorBoardProgress(folder);
        var progress = new CombinedProgress(tensorBoard, new LoggerProgress(logger));
        var model = mlContext.MulticlassClassification.Trainers.StateSpace(epochs: 20, progress: progress).Fit(trainData);

        model.Should().NotBeNull();
        Runs().Should().Equal("run");
    }

    [Fact]
    public void Sweeps_CanBeWatched()
    {
        var step = mlContext.Auto().SequenceClassification(
            new SequenceClassificationOptions
            {
                Architecture = new S5Options { Layers = 1, ModelSize = 8 }, Training = new() { Epochs = 2 },
            });
        var experiment = mlContext.Auto().CreateExperiment()
            .SetPipeline(step.Append(mlContext.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetDataset(Rows(), Rows())
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
            .SetMaxModelToExplore(1);

        TrialResult best = experiment
            .SetSequenceHalving(new() { Progress = training => new TensorBoardProgress(folder, training.Name) })
            .Run();

        best.Model.Should().NotBeNull();
        Runs().Should().Equal("configuration-000");
    }

    [Fact]
    public void Meter_CanBeListenedTo()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == StateSpaceMeter.Name)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Console.WriteLine($"{instrument.Name} {value}"));
        listener.Start();

        mlContext.MulticlassClassification.Trainers.StateSpace(epochs: 1).Fit(Rows()).Should().NotBeNull();
    }

    private IEnumerable<string?> Runs() => Directory.GetDirectories(folder).Select(Path.GetFileName).Order();

    private IDataView Rows()
    {
        var random = new Random(1);
        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Row
        {
            Class = i % 2 == 0 ? "up" : "down",
            Features = [.. Enumerable.Range(0, 8).Select(t => (i % 2 == 0 ? t : -t) + random.NextSingle())],
        }).ToArray());
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
    }

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
