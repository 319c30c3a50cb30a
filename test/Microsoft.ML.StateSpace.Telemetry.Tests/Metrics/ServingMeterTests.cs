using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Telemetry.Tests.Metrics;

[Collection(MeterCollection.Name)]
public class ServingMeterTests
{
    private static readonly Dictionary<string, object?> Tags = new()
    {
        ["statespace.task"] = "classification", ["statespace.architecture"] = "S5",
    };

    private readonly MLContext _ml = new(seed: 1);
    private readonly SequenceClassificationTransformer _model = Rows.Fit(
        new MLContext(seed: 1), new CombinedProgress(), Rows.Small with { Bidirectional = false });

    [Fact]
    public void Cursor_IsMeasured()
    {
        using var listener = new MeterReader(StateSpaceMeter.Name);

        _model.Transform(Rows.Of(_ml)).GetColumn<float[]>("Score").Should().HaveCount(24);

        listener.Of("statespace.scoring.sequences").Sum(measurement => measurement.Value).Should().Be(24);
        listener.Of("statespace.scoring.steps").Sum(measurement => measurement.Value).Should().Be(24 * 8);
        listener.Of("statespace.scoring.duration").Should().HaveSameCount(listener.Of("statespace.scoring.sequences")).And
            .OnlyContain(measurement => measurement.Value > 0);
        listener.Of("statespace.scoring.errors").Should().BeEmpty();
        foreach (string instrument in new[] { "statespace.scoring.sequences", "statespace.scoring.steps", "statespace.scoring.duration" })
            listener.Of(instrument)[0].Tags.Should().BeEquivalentTo(Tags);
    }

    [Fact]
    public void PredictionEngine_IsMeasured()
    {
        using var engine = Engine();
        using var listener = new MeterReader(StateSpaceMeter.Name);

        engine.Predict(new() { Features = new float[8] });
        engine.Predict(new() { Features = new float[16] });

        listener.Of("statespace.scoring.sequences").Select(measurement => measurement.Value).Should().Equal(1, 1);
        listener.Of("statespace.scoring.steps").Select(measurement => measurement.Value).Should().Equal(8, 16);
        listener.Of("statespace.scoring.duration").Should().HaveCount(2);
    }

    [Fact]
    public void Rows_ThatCannotBeScoredAreErrors()
    {
        var model = Rows.FitPairsOfChannels(_ml);
        using var engine = _ml.Model.CreatePredictionEngine<Series, Answer>(model, SeriesSchema());
        using var listener = new MeterReader(StateSpaceMeter.Name);
        var rows = _ml.Data.LoadFromEnumerable([new Series { Features = new float[8] }, new Series { Features = new float[7] }]);

        Invoking(() => model.Transform(rows).GetColumn<float[]>("Score").Count()).Should().Throw<InvalidOperationException>();
        Invoking(() => engine.Predict(new() { Features = new float[7] })).Should().Throw<InvalidOperationException>();

        listener.Of("statespace.scoring.sequences").Sum(measurement => measurement.Value).Should().Be(1);
        listener.Of("statespace.scoring.errors").Select(measurement => measurement.Tags["error.type"])
            .Should().Equal("System.InvalidOperationException", "System.InvalidOperationException");
    }

    [Fact]
    public void Stream_IsMeasured()
    {
        var stream = _model.CreateStreamingEngine();
        using var listener = new MeterReader(StateSpaceMeter.Name);

        for (int t = 0; t < 5; t++)
            stream.Step([t]);

        listener.Of("statespace.streaming.steps").Select(measurement => measurement.Value).Should().Equal(1, 1, 1, 1, 1);
        listener.Of("statespace.streaming.steps")[0].Tags.Should().BeEquivalentTo(Tags);
    }

    [Fact]
    public void Bits_DoNotChangeWhileSomebodyListens()
    {
        float[] Answers() => [.. _model.Transform(Rows.Of(_ml)).GetColumn<float[]>("Score").SelectMany(scores => scores)];
        float[] alone = Answers();
        using var listener = new MeterReader(StateSpaceMeter.Name);

        Answers().Should().Equal(alone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_AllocateNothing(bool isListenedTo)
    {
        using var sum = isListenedTo ? new SummingListener() : null;
        var stream = _model.CreateStreamingEngine();
        float[] input = [1];
        void Steps()
        {
            for (int t = 0; t < 1000; t++)
                stream.Step(input);
        }
        Steps();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Steps();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        sum?.Total.Should().Be(2000);
    }

    [Fact]
    public void Rows_AllocateNoMoreWhileSomebodyListens()
    {
        using var engine = Engine();
        var row = new Series { Features = new float[8] };
        var answer = new Answer();
        long Allocated()
        {
            for (int i = 0; i < 1000; i++)
                engine.Predict(row, ref answer);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                engine.Predict(row, ref answer);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        long alone = Allocated();
        using var sum = new SummingListener();

        Allocated().Should().Be(alone);
        sum.Total.Should().BeGreaterThan(2000 * 9, "sequences, steps and durations were measured");
    }

    private PredictionEngine<Series, Answer> Engine() => _ml.Model.CreatePredictionEngine<Series, Answer>(_model, SeriesSchema());

    private DataViewSchema SeriesSchema() => _ml.Data.LoadFromEnumerable(Array.Empty<Series>()).Schema;

    private sealed class Series
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
