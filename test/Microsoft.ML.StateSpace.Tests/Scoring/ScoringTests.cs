using Microsoft.ML.Data;
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

        Assert.Equal(scores, Samples.Fixed().Select(row => engine.Predict(row).Score));
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
                Assert.Equal(expected[i], engine.Predict(rows[i]).Score);
        });
    }

    [Fact]
    public void Transform_OfAnEmptyViewIsEmpty()
    {
        var empty = _ml.Data.LoadFromEnumerable(Array.Empty<FixedRow>());

        var scored = Views.FitFixed(_ml).Transform(empty);

        Assert.NotNull(scored.Schema.GetColumnOrNull("Score"));
        Assert.Empty(scored.GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Transform_ReadsNothingBeforeACursorAsks()
    {
        int read = 0;
        var source = _ml.Data.LoadFromEnumerable(Samples.Fixed().Select(row => { read++; return row; }));

        var scored = Views.FitFixed(_ml).Transform(source);
        Assert.Equal(0, read);

        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.True(cursor.MoveNext());
        Assert.InRange(read, 1, 5); // one row ahead of the first, whatever the source itself reads ahead
    }

    [Fact]
    public void Transform_KeepsTheOrderOverManyBatches()
    {
        var rows = Samples.Fixed(300);

        var scored = Views.FitFixed(_ml).Transform(_ml.Data.LoadFromEnumerable(rows));

        Assert.Equal(rows.Select(r => r.Weight), scored.GetColumn<float>("Weight"));
        Assert.Equal(rows.Select(r => r.Features), scored.GetColumn<float[]>("Features"));
        Assert.Equal(300, scored.GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void Transform_ScoresNaNAsNaN()
    {
        var rows = Samples.Fixed();
        rows[4].Features[3] = float.NaN;

        var scored = Views.FitFixed(_ml).Transform(_ml.Data.LoadFromEnumerable(rows));

        var scores = scored.GetColumn<float[]>("Score").ToArray();
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        Assert.All(scores[4], score => Assert.True(float.IsNaN(score)));
        Assert.Equal(0u, predicted[4]);
        Assert.All(scores[5], score => Assert.False(float.IsNaN(score)));
        Assert.InRange(predicted[5], 1u, 3u);
    }

    [Fact]
    public void Transform_OfAnEmptySequenceIsNaN()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2)).Fit(Views.Keyed(_ml, Samples.Variable()));

        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new VariableRow()]));

        Assert.All(scored.GetColumn<float[]>("Score").Single(), score => Assert.True(float.IsNaN(score)));
    }

    [Fact]
    public void Transform_TakesSequencesOfAnyLength()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 1)).Fit(Views.Fixed(_ml));

        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new VariableRow { Features = new float[40] }]));

        Assert.Equal(3, scored.GetColumn<float[]>("Score").Single().Length);
    }

    [Fact]
    public void Getters_OfAWrongTypeAreRefusedByName()
    {
        var scored = Views.FitFixed(_ml).Transform(Views.Fixed(_ml));
        using var cursor = scored.GetRowCursor(scored.Schema);

        Assert.Contains("Score", Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Score"])).Message);
    }

    public sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
