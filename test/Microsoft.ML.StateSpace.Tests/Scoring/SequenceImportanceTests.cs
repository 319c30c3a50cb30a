using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Scoring;

public class SequenceImportanceTests
{
    private const int Length = 8, Rows = 60;

    private readonly MLContext _ml = new(seed: 1);

    private StateSpaceCatalog Catalog => _ml.Transforms.StateSpace;

    public static TheoryData<string> Tasks => ["class", "yes or no", "number", "tags", "series"];

    // Of two channels only the second tells anything, whatever the task.
    [Theory]
    [MemberData(nameof(Tasks))]
    public void OfEveryTask_TheChannelThatTellsMatters_AndTheOtherDoesNot(string task)
    {
        var view = Data(0);
        var importance = Catalog.SequenceImportance(Fit(task, view), Data(1), repeats: 3, stretches: 2, seed: 3);

        bool isClass = task is not ("number" or "series");
        importance.MetricName.Should().Be(isClass ? "accuracy" : "fit %");
        importance.Metric.Should().BeGreaterThan(isClass ? 0.8 : 60);
        importance.Channels.Select(channel => channel.Name).Should().Equal("0", "1");
        importance.Stretches.Select(stretch => stretch.Name).Should().Equal("0-50 %", "50-100 %");
        importance.Channels[1].Mean.Should().BeGreaterThan(isClass ? 0.2 : 30);
        importance.Channels[1].Mean.Should().BeGreaterThan(3 * Math.Abs(importance.Channels[0].Mean));
        importance.Channels[1].StandardDeviation.Should().BePositive();
    }

    [Fact]
    public void ALoadedModel_AndTheSeedOfTheContext_GiveTheSameNumbers()
    {
        var view = Data(0);
        var model = Fit("class", view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var chain = _ml.Model.Load(file, out _);
        var loaded = chain as SequenceTransformer ?? ((IEnumerable<ITransformer>)chain).OfType<SequenceTransformer>().Single();

        PartImportance[] Measure(int seed, SequenceTransformer transformer)
            => [.. new MLContext(seed).Transforms.StateSpace.SequenceImportance(transformer, view, repeats: 2, stretches: 0).Channels];

        Measure(1, loaded).Should().Equal(Measure(1, model));
        Measure(2, model).Should().NotEqual(Measure(1, model));
    }

    [Fact]
    public void Channels_HaveTheNamesOfTheirSlots()
    {
        string[] steps = ["Pressure0", "Flow0", "Pressure1", "Flow1", "Pressure2", "Flow2"];
        var random = new Random(1);
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new NamedRow
        {
            Pressure0 = random.NextSingle(), Pressure1 = i % 2, Pressure2 = i % 2, Flow0 = random.NextSingle(), Label = i % 2 == 0,
        }));
        var view = _ml.Transforms.Concatenate("Features", steps).Fit(rows).Transform(rows);
        var model = _ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { Architecture = Samples.Small, Training = Samples.Quick, Channels = 2 }).Fit(view);

        Catalog.SequenceImportance(model, view, repeats: 1, stretches: 1).Channels.Select(channel => channel.Name)
            .Should().Equal("Pressure", "Flow");
    }

    [Fact]
    public void Tokens_AreOneChannel_AndIntervalsStay()
    {
        var tokens = Views.Tokens(_ml);
        var model = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with { Training = Samples.Thorough }).Fit(tokens);
        Catalog.SequenceImportance(model, tokens, repeats: 2, stretches: 0).Channels.Should().ContainSingle()
            .Which.Mean.Should().BeGreaterThan(0.2);

        var irregular = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var filter = Catalog.SequenceToSequence(new SequenceToSequenceOptions
        {
            IntervalColumnName = "Intervals", Architecture = Samples.Small, Training = Samples.Thorough,
        }).Fit(irregular);
        Catalog.SequenceImportance(filter, irregular, repeats: 2, stretches: 0).Channels.Should().ContainSingle()
            .Which.Mean.Should().BeGreaterThan(30);
    }

    private SequenceTransformer Fit(string task, IDataView view)
    {
        var training = Samples.Thorough with { Epochs = 40 };
        return task switch
        {
            "class" => _ml.MulticlassClassification.Trainers.StateSpace(new SequenceClassificationOptions
            { LabelColumnName = "Key", Architecture = Samples.Small, Training = training }).Fit(view),
            "yes or no" => _ml.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
            { LabelColumnName = "Yes", Architecture = Samples.Small, Training = training }).Fit(view),
            "number" => _ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions
            { LabelColumnName = "Number", Architecture = Samples.Small, Training = training }).Fit(view),
            "tags" => Catalog.SequenceTagging(new SequenceTaggingOptions
            { LabelColumnName = "Tag", Architecture = Samples.Small, Training = training }).Fit(view),
            _ => Catalog.SequenceToSequence(new SequenceToSequenceOptions
            { InputColumnName = "Features", Architecture = Samples.Small, Training = training }).Fit(view),
        };
    }

    private IDataView Data(int seed)
    {
        var random = new Random(seed);
        var rows = new List<Row>();
        for (int i = 0; i < Rows; i++)
        {
            float level = (i % 2 == 0 ? 1 : -1) * (0.5f + random.NextSingle());
            float[] values = [.. Enumerable.Range(0, 2 * Length).Select(j => random.NextSingle() - 0.5f + (j % 2 == 1 ? level : 0))];
            string name = level > 0 ? "high" : "low";
            rows.Add(new()
            {
                Features = values, Name = name, Yes = level > 0, Number = level, Names = [.. Enumerable.Repeat(name, Length)],
                Target = [.. Enumerable.Range(0, Length).Select(t => 10 * values[2 * t + 1])],
            });
        }
        var view = _ml.Data.LoadFromEnumerable(rows);
        var keys = _ml.Data.LoadFromEnumerable([new { Key = "low" }, new { Key = "high" }]);
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Name", keyData: keys)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tag", "Names", keyData: keys)).Fit(view).Transform(view);
    }

    private sealed class Row
    {
        [VectorType(Length, 2)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";

        public bool Yes { get; set; }

        public float Number { get; set; }

        [VectorType(Length)]
        public string[] Names { get; set; } = [];

        [VectorType(Length)]
        public float[] Target { get; set; } = [];
    }

    private sealed class NamedRow
    {
        public float Pressure0 { get; set; }

        public float Pressure1 { get; set; }

        public float Pressure2 { get; set; }

        public float Flow0 { get; set; }

        public float Flow1 { get; set; }

        public float Flow2 { get; set; }

        public bool Label { get; set; }
    }
}
