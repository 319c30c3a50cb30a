using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

/// <summary>Rows that hold pairs of sequences, from the options to the answers.</summary>
public class PairTests
{
    private static readonly S5Options Causal = new() { Layers = 1, ModelSize = 8, StateSize = 4, Bidirectional = false };

    private static readonly TrainingOptions Training
        = new() { Epochs = 40, LearningRate = 0.02, Seed = 5, ValidationFraction = 0, BatchSize = 16 };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Classifier_TellsWhetherTwoSequencesAreAlike_AndIsSaved()
    {
        IDataView train = View(120, seed: 1), test = View(60, seed: 2);
        var model = _ml.MulticlassClassification.Trainers.StateSpace(new()
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "Kind", Architecture = Causal,
            Training = Training, ValidationSet = test,
        }).Fit(train);

        model.Options.SecondFeatureColumnName.Should().Be("Second");
        var predictions = model.Transform(test);
        _ml.MulticlassClassification.Evaluate(predictions, labelColumnName: "Kind").MicroAccuracy.Should().BeGreaterThan(0.9);
        AssertSaved(model, test);
    }

    [Fact]
    public void BinaryClassifier_TellsWhetherTwoSequencesAreAlike_AndIsSaved()
    {
        IDataView train = View(120, seed: 1), test = View(60, seed: 2);
        var model = _ml.BinaryClassification.Trainers.StateSpace(new()
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike", Architecture = Causal,
            Training = Training,
        }).Fit(train);

        _ml.BinaryClassification.Evaluate(model.Transform(test), labelColumnName: "AreAlike").Accuracy.Should().BeGreaterThan(0.9);
        AssertSaved(model, test);
    }

    [Fact]
    public void Regression_TellsHowFarTwoSequencesAreApart_AndIsSaved()
    {
        IDataView train = View(120, seed: 1), test = View(60, seed: 2);
        var model = _ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "Distance", Architecture = Causal,
            Training = Training,
        }).Fit(train);

        _ml.Regression.Evaluate(model.Transform(test), labelColumnName: "Distance").RSquared.Should().BeGreaterThan(0.9);
        AssertSaved(model, test);
    }

    [Fact]
    public void Tokens_ArePairsToo_AndADefaultNetworkReadsThem()
    {
        var random = new Random(3);
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new TokenPair
        {
            First = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (uint)random.Next(1, 4))],
            Second = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (uint)random.Next(1, 4))],
            AreAlike = i % 2 == 0,
        }));
        var model = _ml.BinaryClassification.Trainers.StateSpace(new()
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike",
            Training = new() { Epochs = 1, Seed = 1 },
        }).Fit(view);

        model.Options.Architecture.Should().BeOfType<S5Options>();
        model.Transform(view).GetColumn<float>("Probability").Should().OnlyContain(value => value > 0 && value < 1);
    }

    [Fact]
    public void Rows_AreRead_WhateverTheOrderOfTheirLengths_AndStreamed()
    {
        var rows = Pairs(60, seed: 1);
        var options = new BinarySequenceClassificationOptions
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike", Architecture = Causal,
            Training = Training with { Epochs = 2 },
        };
        var model = _ml.BinaryClassification.Trainers.StateSpace(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        float[] Scores(IEnumerable<PairRow> some) => [.. model.Transform(_ml.Data.LoadFromEnumerable(some)).GetColumn<float>("Score")];
        float[] scores = Scores(rows);
        Scores(rows.Reverse()).Reverse().ToArray().Should().BeBitwise(scores);
        Scores(rows.Where((_, i) => i % 7 == 3)).Should().BeBitwise([.. scores.Where((_, i) => i % 7 == 3)]);

        // A budget that does not hold the rows: they are read anew in each epoch, and each second sequence comes with its first.
        var streamed = _ml.BinaryClassification.Trainers.StateSpace(
            options with { Training = Training with { MemoryBudget = 12_000 } }).Fit(_ml.Data.LoadFromEnumerable(rows));
        _ml.BinaryClassification.Evaluate(streamed.Transform(View(60, seed: 2)), labelColumnName: "AreAlike")
            .Accuracy.Should().BeGreaterThan(0.8);
    }

    [Fact]
    public void ARowToScore_MayLackASequence()
    {
        var model = _ml.BinaryClassification.Trainers.StateSpace(new()
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike", Architecture = Causal,
            Training = Training with { Epochs = 1 },
        }).Fit(View(20, seed: 1));
        var engine = _ml.Model.CreatePredictionEngine<PairRow, Answer>(model);
        var row = Pairs(1, seed: 2)[0];
        float whole = engine.Predict(row).Probability;
        whole.Should().BeInRange(0, 1);
        float.IsNaN(engine.Predict(new PairRow { First = row.First }).Probability).Should().BeTrue();
        float.IsNaN(engine.Predict(new PairRow { Second = row.Second }).Probability).Should().BeTrue();
        engine.Predict(row).Probability.Should().Be(whole);
    }

    private void AssertSaved(SequenceTransformer model, IDataView rows)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        float[] Scores(ITransformer transformer)
        {
            var scored = transformer.Transform(rows);
            return scored.Schema["Score"].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>("Score").SelectMany(s => s)]
                : [.. scored.GetColumn<float>("Score")];
        }
        Scores(loaded).Should().BeBitwise(Scores(model));
    }

    private IDataView View(int count, int seed)
    {
        var view = _ml.Data.LoadFromEnumerable(Pairs(count, seed));
        var keys = _ml.Data.LoadFromEnumerable([new { Key = "alike" }, new { Key = "unlike" }]);
        return _ml.Transforms.Conversion.MapValueToKey("Kind", "Name", keyData: keys).Fit(view).Transform(view);
    }

    // Two levels; are they of one sign, and how far are they apart?
    private static PairRow[] Pairs(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float first = 2 * random.NextSingle() - 1, second = 2 * random.NextSingle() - 1;
            first += Math.Sign(first) * 0.3f;
            second += Math.Sign(second) * 0.3f;
            bool areAlike = Math.Sign(first) == Math.Sign(second);
            return new PairRow
            {
                First = Around(first, random), Second = Around(second, random), AreAlike = areAlike, Name = areAlike ? "alike" : "unlike",
                Distance = first - second,
            };
        })];
    }

    private static float[] Around(float level, Random random)
        => [.. Enumerable.Range(0, random.Next(5, 30)).Select(_ => level + 0.1f * (random.NextSingle() - 0.5f))];

    private sealed class PairRow
    {
        public float[] First { get; set; } = [];

        public float[] Second { get; set; } = [];

        public bool AreAlike { get; set; }

        public string Name { get; set; } = "";

        public float Distance { get; set; }
    }

    private sealed class TokenPair
    {
        [KeyType(3)]
        public uint[] First { get; set; } = [];

        [KeyType(3)]
        public uint[] Second { get; set; } = [];

        public bool AreAlike { get; set; }
    }

    private sealed class Answer
    {
        public float Probability { get; set; }
    }
}
