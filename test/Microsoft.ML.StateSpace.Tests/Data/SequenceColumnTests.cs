using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

/// <summary>In which shapes a column may come to a model that was trained on the dimensions (length, channels).</summary>
public class SequenceColumnTests
{
    private readonly MLContext _ml = new(seed: 1);

    private readonly DimensionedRow[] _rows = Samples.Dimensioned();

    [Fact]
    public void Transform_TakesAFlatVectorOfWholeTimeSteps()
    {
        var model = Fit();

        var flat = _ml.Data.LoadFromEnumerable(_rows.Select(r => new FixedRow { Features = r.Features, Name = r.Name }));
        var variable = _ml.Data.LoadFromEnumerable(_rows.Select(r => new VariableRow { Features = r.Features, Name = r.Name }));

        Scores(model.Transform(flat)).Should().BeBitwise(Scores(model.Transform(Views.Keyed(_ml, _rows))));
        Scores(model.Transform(variable)).Should().BeBitwise(Scores(model.Transform(Views.Keyed(_ml, _rows))));
    }

    [Fact]
    public void Transform_TakesAFlatVectorOfAnotherLength()
    {
        var model = Fit();
        var longer = _ml.Data.LoadFromEnumerable(_rows.Select(r => new VariableRow { Features = [.. r.Features, .. r.Features, 1, 2] }));

        Scores(model.Transform(longer)).Should().AllSatisfy(score => score.Should().HaveCount(3).And.NotContain(float.NaN));
    }

    [Fact]
    public void PredictionEngine_TakesAFlatVector()
    {
        var model = Fit();
        using var engine = _ml.Model.CreatePredictionEngine<VariableRow, Scored>(model);

        float[][] expected = Scores(model.Transform(Views.Keyed(_ml, _rows)));

        _rows.Select(r => engine.Predict(new VariableRow { Features = r.Features }).Score).ToArray().Should().BeBitwise(expected);
    }

    [Fact]
    public void SequenceToSequence_TakesFlatVectors()
    {
        var random = new Random(1);
        PairedRow[] rows = [.. Enumerable.Range(0, 12).Select(_ => new PairedRow
        {
            Input = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())],
            Target = [.. Enumerable.Range(0, 18).Select(_ => random.NextSingle())],
        })];
        var options = new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick };
        var data = _ml.Data.LoadFromEnumerable(rows);
        var flat = _ml.Data.LoadFromEnumerable(rows.Select(r => new VariableSignalRow { Input = r.Input, Target = r.Target }));

        // The validation set, too, is read as the training rows are.
        var model = _ml.Transforms.StateSpace.SequenceToSequence(options with { ValidationSet = flat }).Fit(data);

        Outputs(model.Transform(flat)).Should().BeBitwise(Outputs(model.Transform(data)));
    }

    [Fact]
    public void Classifiers_TakeAFlatValidationSet()
    {
        var flat = Views.Keyed(_ml, _rows.Select(r => new VariableRow { Features = r.Features, Name = r.Name }));

        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = flat })
            .Fit(Views.Keyed(_ml, _rows));

        model.Options.Channels.Should().Be(2);
    }

    [Fact]
    public void Transform_RefusesAFlatVectorOfBrokenTimeSteps()
    {
        var model = Fit();

        Refusal(() => model.Transform(_ml.Data.LoadFromEnumerable([new OddRow()])))
            .Should().Contain("'Features'").And.Contain("11 values").And.Contain("time steps of 2");
    }

    [Fact]
    public void Transform_RefusesARowOfBrokenTimeSteps()
    {
        var model = Fit();
        var view = model.Transform(_ml.Data.LoadFromEnumerable([new VariableRow { Features = new float[7] }]));

        Invoking(() => Scores(view)).Should().Throw<InvalidOperationException>().WithMessage("*Row 0*'Features'*7 values*");
    }

    [Fact]
    public void Transform_RefusesOtherDimensions()
    {
        var model = Fit();

        Refusal(() => model.Transform(_ml.Data.LoadFromEnumerable([new ThreeChannelRow()])))
            .Should().Contain("2 real channels").And.Contain("3 real channels").And.Contain("in the data");
    }

    [Fact]
    public void Fit_SaysThatItIsTheValidationSet()
    {
        var missing = _ml.Transforms.DropColumns("Features").Fit(Views.Fixed(_ml)).Transform(Views.Fixed(_ml));
        SequenceClassificationTransformer FitWith(IDataView set)
            => _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = set }).Fit(Views.Fixed(_ml));

        Refusal(() => FitWith(Views.Keyed(_ml, _rows))).Should().Contain("in the ValidationSet");
        Invoking(() => FitWith(missing)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*'Features' in the ValidationSet*");
    }

    /// <summary>One channel is no channel less: a model of one channel does not read two as twice as many steps.</summary>
    [Fact]
    public void Transform_RefusesDimensionsForAModelOfOneChannel()
        => Refusal(() => Views.FitFixed(_ml).Transform(Views.Keyed(_ml, _rows))).Should().Contain("2 real channels");

    private static string Refusal(Func<object> action)
        => Invoking(action).Should().ThrowExactly<InvalidOperationException>().Which.Message;

    private static float[][] Scores(IDataView view) => [.. view.GetColumn<float[]>("Score")];

    private static float[][] Outputs(IDataView view) => [.. view.GetColumn<float[]>("Output")];

    private SequenceClassificationTransformer Fit()
        => _ml.Transforms.StateSpace.SequenceClassification(Views.Options()).Fit(Views.Keyed(_ml, _rows));

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class PairedRow
    {
        [VectorType(6, 2)]
        public float[] Input { get; set; } = [];

        [VectorType(6, 3)]
        public float[] Target { get; set; } = [];
    }

    private sealed class OddRow
    {
        [VectorType(11)]
        public float[] Features { get; set; } = new float[11];
    }

    private sealed class ThreeChannelRow
    {
        [VectorType(6, 3)]
        public float[] Features { get; set; } = new float[18];
    }
}
