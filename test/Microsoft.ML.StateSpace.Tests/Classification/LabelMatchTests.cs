using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Classification;

/// <summary>What a model does with rows whose label column numbers its classes in another way.</summary>
public sealed class LabelMatchTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("labels-").FullName;

    private SequenceClassificationEstimator Trainer
        => _ml.MulticlassClassification.Trainers.StateSpace(
            new SequenceClassificationOptions { Architecture = Samples.Small, Training = Samples.Thorough });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The header of a file has the classes of its own rows, in an order of its own.</summary>
    [Theory]
    [InlineData("slow middling fast", "fast slow middling")]
    [InlineData("slow middling fast", "slow fast")]
    [InlineData("slow middling fast", "middling fast")]
    [InlineData("fast middling slow", "slow")]
    public void Evaluate_OfAnotherFileIsRightOrRefused(string train, string test)
    {
        var trainData = Load("train.ts", train);
        var testData = Load("test.ts", test);

        var pipelines = new IEstimator<ITransformer>[]
        {
            Trainer,
            _ml.Transforms.Conversion.MapValueToKey("Label").Append(Trainer), // the README's
        };
        foreach (var pipeline in pipelines)
        {
            var model = pipeline.Fit(trainData);
            Accuracy(model, trainData).Should().Be(1);
            if (Record.Exception(() => model.Transform(testData)) is { } refusal)
                refusal.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Contain("'Label'");
            else
                Accuracy(model, testData).Should().Be(1);
        }
    }

    /// <summary>What the samples do, and the message says.</summary>
    [Theory]
    [InlineData("slow middling fast", "fast slow middling")]
    [InlineData("slow middling fast", "middling fast")]
    [InlineData("fast middling slow", "slow")]
    public void Evaluate_IsRightWhereKeysAreMadeFromValues(string train, string test)
    {
        var pipeline = _ml.Transforms.Conversion.MapKeyToValue("Label")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(Trainer);
        var model = pipeline.Fit(Load("train.ts", train));

        Accuracy(model, Load("test.ts", test)).Should().Be(1);
    }

    [Fact]
    public void Evaluate_OfTheSameClassesInAnotherOrderIsRight()
        => Accuracy(Trainer.Fit(Load("train.ts", "slow middling fast")), Load("test.ts", "fast slow middling")).Should().Be(1);

    [Fact]
    public void Transform_RefusesKeysThatMeanOtherClasses()
    {
        var model = Trainer.Fit(Keyed("slow", "middling", "fast"));
        var other = Keyed("fast", "middling", "slow");

        foreach (var action in new Action[]
        {
            () => model.Transform(other), () => model.GetOutputSchema(other.Schema), () => model.GetRowToRowMapper(other.Schema),
        })
        {
            Invoking(action).Should().ThrowExactly<InvalidOperationException>().WithMessage(
                "*'Label'*key 1 is 'fast' here, but was 'slow' in training*MapValueToKey*MapKeyToValue*DropColumns*");
        }
    }

    [Fact]
    public void Fit_SaysWhichKeyOfTheValidationSetDiffers()
    {
        var estimator = _ml.MulticlassClassification.Trainers.StateSpace(
            Views.Options() with { ValidationSet = Keyed("slow", "fast", "middling") });

        Invoking(() => estimator.Fit(Keyed("slow", "middling", "fast"))).Should().ThrowExactly<InvalidOperationException>()
            .WithMessage("*'Label' of the ValidationSet*key 2 is 'fast', there 'middling'*MapValueToKey*");
    }

    [Fact]
    public void Transform_OfALoadedModelRefusesThemToo()
    {
        var data = Keyed("slow", "middling", "fast");
        using var file = new MemoryStream();
        _ml.Model.Save(Trainer.Fit(data), data.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);

        Invoking(() => loaded.Transform(Keyed("fast", "middling", "slow"))).Should().Throw<InvalidOperationException>();
        loaded.Transform(data).Schema.GetColumnOrNull("Score").Should().NotBeNull();
    }

    /// <summary>Nothing can go wrong where the keys that both have mean the same, or where there are none.</summary>
    [Fact]
    public void Transform_TakesLabelsThatCannotBeMistaken()
    {
        var model = Trainer.Fit(Keyed("slow", "middling", "fast"));

        foreach (var view in new[]
        {
            Keyed("slow", "middling"),
            Keyed("slow", "middling", "fast", "of no class"),
            _ml.Data.LoadFromEnumerable(Samples.Fixed()),
            _ml.Transforms.CopyColumns("Label", "Name").Fit(Keyed("slow")).Transform(Keyed("slow")),
            _ml.Transforms.DropColumns("Label").Fit(Keyed("fast")).Transform(Keyed("fast")),
        })
            model.Transform(view).GetColumn<float[]>("Score").Should().HaveCount(30);
    }

    /// <summary>Numbers as classes: as text in a file, as numbers in memory.</summary>
    [Fact]
    public void Transform_ComparesValuesAndNotTheirTypes()
    {
        string Number(string name) => Array.IndexOf(Samples.Names, name).ToString(CultureInfo.InvariantCulture);
        var model = Trainer.Fit(Load("train.ts", "0 1 2", Number));
        var rows = Samples.Fixed().Select(r => new { r.Features, Label = (float)Array.IndexOf(Samples.Names, r.Name) });

        Accuracy(model, Mapped(rows, "Label", [0f, 1f, 2f])).Should().Be(1);
        Invoking(() => model.Transform(Mapped(rows, "Label", [1f, 0f, 2f]))).Should().Throw<InvalidOperationException>();
    }

    private double Accuracy(ITransformer model, IDataView data)
        => _ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;

    /// <summary>Rows of all classes, with these keys.</summary>
    private IDataView Keyed(params string[] keys) => Mapped(Samples.Fixed(), "Name", keys);

    private IDataView Mapped<TRow, TKey>(IEnumerable<TRow> rows, string column, TKey[] keys)
        where TRow : class
    {
        var values = _ml.Data.LoadFromEnumerable(keys.Select(key => new Key<TKey> { Value = key }));
        var view = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("Label", column, keyData: values).Fit(view).Transform(view);
    }

    /// <summary>A file of the rows of these classes, and with this header.</summary>
    private IDataView Load(string file, string header, Func<string, string>? nameOf = null)
    {
        nameOf ??= name => name;
        string path = Path.Combine(_folder, file);
        var lines = Samples.Fixed().Where(r => header.Split(' ').Contains(nameOf(r.Name))).Select(r
            => $"{string.Join(',', r.Features.Select(v => v.ToString(CultureInfo.InvariantCulture)))}:{nameOf(r.Name)}");
        File.WriteAllText(
            path, $"@univariate true\n@equalLength true\n@classLabel true {header}\n@data\n{string.Join('\n', lines)}\n");
        return _ml.Data.LoadFromTsFile(path);
    }

    private sealed class Key<T>
    {
        public T Value { get; set; } = default!;
    }
}
