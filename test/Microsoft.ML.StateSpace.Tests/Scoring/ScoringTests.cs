using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Scoring;

public class ScoringTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void PredictionEngine_GivesTheBitsOfTransform()
    {
        var model = Views.FitFixed(_ml);
        using var engine = _ml.Model.CreatePredictionEngine<FixedRow, Prediction>(model);

        var scores = model.Transform(Views.Fixed(_ml)).GetColumn<float[]>("Score").ToArray();

        Samples.Fixed().Select(row => engine.Predict(row).Score).Should().BeBitwise(scores);
    }

    [Fact]
    public void PredictionEngines_ShareOneModelAcrossThreads()
    {
        var model = Views.FitFixed(_ml);
        var rows = Samples.Fixed(60);
        var expected = model.Transform(Views.Keyed(_ml, rows)).GetColumn<float[]>("Score").ToArray();

        Parallel.For(0, 4, _ =>
        {
            using var engine = new MLContext().Model.CreatePredictionEngine<FixedRow, Prediction>(model);
            for (int i = 0; i < rows.Length; i++)
                engine.Predict(rows[i]).Score.Should().BeBitwise(expected[i]);
        });
    }

    [Fact]
    public void Transform_OfAnEmptyViewIsEmpty()
    {
        var empty = _ml.Data.LoadFromEnumerable(Array.Empty<FixedRow>());

        var scored = Views.FitFixed(_ml).Transform(empty);

        scored.Schema.GetColumnOrNull("Score").Should().NotBeNull();
        scored.GetColumn<float[]>("Score").Should().BeEmpty();
    }

    [Fact]
    public void Transform_ReadsNothingBeforeACursorAsks()
    {
        int read = 0;
        var source = _ml.Data.LoadFromEnumerable(Samples.Fixed().Select(row => { read++; return row; }));

        var scored = Views.FitFixed(_ml).Transform(source);
        read.Should().Be(0);

        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        cursor.MoveNext().Should().BeTrue();
        read.Should().BeInRange(1, 5); // one row ahead of the first, whatever the source itself reads ahead
    }

    [Fact]
    public void Transform_KeepsTheOrderOverManyBatches()
    {
        var rows = Samples.Fixed(300);

        var scored = Views.FitFixed(_ml).Transform(_ml.Data.LoadFromEnumerable(rows));

        scored.GetColumn<float>("Weight").Should().Equal(rows.Select(r => r.Weight));
        scored.GetColumn<float[]>("Features").Should().BeBitwise(rows.Select(r => r.Features));
        scored.GetColumn<float[]>("Score").Count().Should().Be(300);
    }

    [Fact]
    public void Transform_ScoresNaNAsNaN()
    {
        var rows = Samples.Fixed();
        rows[4].Features[3] = float.NaN;

        var scored = Views.FitFixed(_ml).Transform(_ml.Data.LoadFromEnumerable(rows));

        var scores = scored.GetColumn<float[]>("Score").ToArray();
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        scores[4].Should().OnlyContain(score => float.IsNaN(score));
        predicted[4].Should().Be(0u);
        scores[5].Should().OnlyContain(score => !float.IsNaN(score));
        predicted[5].Should().BeInRange(1u, 3u);
    }

    [Fact]
    public void Transform_OfAnEmptySequenceIsNaN()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2)).Fit(Views.Keyed(_ml, Samples.Variable()));

        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new VariableRow()]));

        scored.GetColumn<float[]>("Score").Single().Should().OnlyContain(score => float.IsNaN(score));
    }

    [Fact]
    public void Transform_TakesSequencesOfAnyLength()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 1)).Fit(Views.Fixed(_ml));

        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new VariableRow { Features = new float[40] }]));

        scored.GetColumn<float[]>("Score").Single().Length.Should().Be(3);
    }

    [Fact]
    public void Getters_OfAWrongTypeAreRefusedByName()
    {
        var scored = Views.FitFixed(_ml).Transform(Views.Fixed(_ml));
        using var cursor = scored.GetRowCursor(scored.Schema);

        Invoking(() => cursor.GetGetter<float>(scored.Schema["Score"]))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("Score");
    }

    public sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
