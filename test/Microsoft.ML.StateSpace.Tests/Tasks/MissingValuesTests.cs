using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

/// <summary>Missing values, from the column to the answers.</summary>
public class MissingValuesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(MissingValues.ForwardFill)]
    [InlineData(MissingValues.Mean)]
    [InlineData(null)]
    public void Classifier_LearnsFromRowsWithGaps_StreamsThem_AndIsSaved(MissingValues? missing)
    {
        var view = Views.Keyed(_ml, WithGaps(Samples.Fixed(60)));
        var model = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with
        {
            Training = Samples.Thorough, MissingValues = missing, Architecture = Samples.Small with { Bidirectional = false },
        }).Fit(view);
        model.Model.Options.MissingValues.Should().Be(missing ?? MissingValues.ForwardFill);
        _ml.MulticlassClassification.Evaluate(model.Transform(view)).MicroAccuracy.Should().BeGreaterThan(0.9);

        float[] expected = model.Transform(view).GetColumn<float[]>("Score").First();
        expected.Should().NotContain(float.NaN);
        var engine = model.CreateStreamingEngine();
        float[] answer = [];
        foreach (float value in WithGaps(Samples.Fixed(60))[0].Features)
            answer = engine.Step([value]).ToArray();
        answer.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, 1e-4f));

        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        _ml.Model.Load(file, out _).Transform(view).GetColumn<float[]>("Score").First().Should().BeBitwise(expected);
    }

    [Fact]
    public void AModelThatKnowsNoGaps_AnswersNaNToThem()
    {
        var model = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(Views.Fixed(_ml));
        model.Model.Options.MissingValues.Should().BeNull();
        model.Transform(Views.Keyed(_ml, WithGaps(Samples.Fixed(3)))).GetColumn<float[]>("Score")
            .Should().AllSatisfy(scores => scores.Should().OnlyContain(score => float.IsNaN(score)));
    }

    [Fact]
    public void WhatIsMissing_IsSaidInTheLog()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => lines.Add(e.Message);
        _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(Views.Keyed(_ml, WithGaps(Samples.Fixed())));
        lines.Should().ContainSingle(line => line.Contains("Column 'Features'") && line.Contains("missing (NaN)"));
    }

    [Fact]
    public void StepsHeldBeforeASequence_AreNotSaidToBeMissing()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => lines.Add(e.Message);
        _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = Samples.Small, Training = Samples.Quick with { Washout = 2 }, WarmUp = 3,
        }).Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));
        lines.Should().NotContain(line => line.Contains("missing (NaN)"));
    }

    [Fact]
    public void MissingTargets_CountNowhere()
    {
        double Fit(float missing)
        {
            var rows = Samples.Signals(60);
            rows[3].Target[4] = rows[7].Target[0] = missing;
            var model = _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Thorough })
                .Fit(_ml.Data.LoadFromEnumerable(rows));
            return _ml.Transforms.StateSpace.EvaluateSequenceToSequence(
                model.Transform(_ml.Data.LoadFromEnumerable(Samples.Signals(60)))).FitPercent;
        }
        Fit(float.NaN).Should().BeGreaterThan(60).And.BeGreaterThan(Fit(-1000) + 20);
    }

    [Fact]
    public void AValidationSetWithGaps_IsRefusedWhereTheTrainingRowsHaveNone()
        => Invoking(() => _ml.MulticlassClassification.Trainers.StateSpace(
                Views.Options() with { ValidationSet = Views.Keyed(_ml, WithGaps(Samples.Fixed())) }).Fit(Views.Fixed(_ml)))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("*missing value (NaN)*");

    [Fact]
    public void ACertifiedModel_TakesTheMean_AndRefusesToFillForward()
    {
        var view = Views.Keyed(_ml, WithGaps(Samples.Fixed()));
        SequenceClassificationTransformer Fit(MissingValues? missing) => _ml.MulticlassClassification.Trainers.StateSpace(
            Views.Options() with
        {
            Architecture = new L2RuOptions { Layers = 1, ModelSize = 4, StateSize = 4 }, MissingValues = missing,
        }).Fit(view);
        var model = Fit(null);
        model.Model.Options.MissingValues.Should().Be(MissingValues.Mean);
        model.Certificate.Should().NotBeNull();
        Invoking(() => Fit(MissingValues.ForwardFill)).Should().Throw<ArgumentException>().WithMessage("*Set MissingValues to Mean*");
    }

    // JapaneseVowels: 12 channels, 270 training and 370 test sequences of 7 to 29 steps.
    [SharedDataFact("japanesevowels")]
    public void Vowels_LoseLittleAccuracy_WithThirtyPercentOfTheValuesMissing()
    {
        double Accuracy(double share)
        {
            var train = Removed(_ml.Data.LoadFromTsFile(SharedData.Path("japanesevowels", "JapaneseVowels_TRAIN.ts")), share, seed: 1);
            var test = Removed(_ml.Data.LoadFromTsFile(SharedData.Path("japanesevowels", "JapaneseVowels_TEST.ts")), share, seed: 2);
            var model = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Append(_ml.MulticlassClassification.Trainers.StateSpace(
                new SequenceClassificationOptions { Channels = 12, Training = new() { Seed = 1 } })).Fit(train);
            return _ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        }
        double whole = Accuracy(0);
        whole.Should().BeGreaterThan(0.97);
        Accuracy(0.3).Should().BeGreaterThan(whole - 0.02);
    }

    private IDataView Removed(IDataView view, double share, int seed)
    {
        var random = new Random(seed);
        float[][] features = [.. view.GetColumn<float[]>("Features")];
        foreach (float[] values in features)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = random.NextDouble() < share ? float.NaN : values[i];
        }
        uint[] labels = [.. view.GetColumn<uint>("Label")];
        return _ml.Data.LoadFromEnumerable(
            features.Zip(labels, (values, label) => new VariableRow { Features = values, Name = $"{label}" }));
    }

    private static FixedRow[] WithGaps(FixedRow[] rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            for (int t = 0; t < rows[i].Features.Length; t++)
                rows[i].Features[t] = (t * 5 + i) % 7 < 2 ? float.NaN : rows[i].Features[t];
        }
        return rows;
    }
}
