using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Onnx.Tests.Face;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>Pipelines that ML.NET's own converter writes answer in ONNX Runtime what they answer in ML.NET.</summary>
public sealed class ConvertToOnnxTests
{
    private const double Near = 1e-4;

    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>A core of each kind, and a bank, by the names of their enrolments.</summary>
    public static TheoryData<string> Architectures => [.. PipelineArchitectures.All.Keys];

    public static TheoryData<string> FilteredNames => [.. PipelineArchitectures.Filtered.Keys];

    public static TheoryData<string> FaceNames => FaceCases.Names;

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Pipeline_FromTextToText_AnswersWhatTransformAnswers(string name)
    {
        var rows = Ml.Data.LoadFromEnumerable(Samples.Fixed());
        var pipeline = Ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(Ml.Transforms.StateSpace.SequenceClassification(
                Views.Options() with { Architecture = PipelineArchitectures.All[name] }))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(rows);

        using var session = Convert(model, rows);
        using var results = Run(session, new()
        {
            ["Features"] = Batch(rows.GetColumn<float[]>("Features")), ["Name"] = Texts(rows.GetColumn<string>("Name")),
            ["Weight"] = Batch(rows.GetColumn<float>("Weight").Select(weight => new[] { weight })),
        });

        var answers = model.Transform(rows);
        Compare(answers.GetColumn<float[]>("Score"), results["Score.output"]).Should().BeLessThan(Near);
        results["PredictedLabel.output"].GetStringTensorAsArray().Should().Equal(answers.GetColumn<string>("PredictedLabel"));
    }

    [Theory]
    [MemberData(nameof(FaceNames))]
    public void Step_OfAnyTask_AnswersWhatTransformAnswers(string name)
    {
        var (step, rows) = FaceCases.Create(name);
        // What a pipeline reads is what is there before it; the keys of the label are made by a step of the rows themselves.
        var answers = step.Transform(rows);
        string[] added = [.. answers.Schema.Where(column => rows.Schema.GetColumnOrNull(column.Name) is null).Select(c => c.Name)];

        using var session = Convert(step, rows);
        var difference = new Difference();
        foreach (int row in new[] { 0, 3 })
        {
            using var results = Run(session, PipelineInputs.Of(session, rows, row));
            foreach (string column in added)
                difference.Add(FaceAnswers.Read(answers, column)[row], PipelineInputs.Numbers(results[$"{column}.output"]));
        }
        added.Should().NotBeEmpty();
        difference.Relative.Should().BeLessThan(Near);
    }

    [Fact]
    public void TwoSteps_OfOnePipeline_DoNotDisturbOneAnother()
    {
        var rows = Ml.Data.LoadFromEnumerable(Samples.Levels());
        var options = new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Quick };
        var model = Ml.Regression.Trainers.StateSpace(options with { ScoreColumnName = "Level" })
            .Append(Ml.Regression.Trainers.StateSpace(options with { LabelColumnName = "Pair", ScoreColumnName = "Both" })).Fit(rows);
        var answers = model.Transform(rows);

        using var session = Convert(model, rows);
        using var results = Run(session, PipelineInputs.Of(session, rows, 0));

        foreach (string column in new[] { "Level", "Both" })
        {
            var difference = new Difference();
            difference.Add(FaceAnswers.Read(answers, column)[0], PipelineInputs.Numbers(results[$"{column}.output"]));
            difference.Relative.Should().BeLessThan(Near);
        }
    }

    [Fact]
    public void StepsBehindATable_AreConverted()
    {
        var table = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(i => new Reading
        {
            Machine = $"m{i / 10}", Pressure = MathF.Sin(i * (1 + i / 10 % 2)), Level = i / 10 % 2,
        }));
        var model = Ml.Transforms.StateSpace.ToSequences("Machine", ["Pressure"], labelColumnName: "Level")
            .Append(Ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Quick }))
            .Fit(table);
        var answers = model.Transform(table);

        using var session = Convert(model, table);
        using var results = Run(session, PipelineInputs.Of(session, answers, 0));

        var difference = new Difference();
        difference.Add(FaceAnswers.Read(answers, "Score")[0], PipelineInputs.Numbers(results["Score.output"]));
        difference.Relative.Should().BeLessThan(Near);
    }

    [Fact]
    public void Column_OfAStepThatCannotBeConverted_IsRefusedInWords()
    {
        var rows = Ml.Data.LoadFromEnumerable(Samples.Levels());
        var twice = Ml.Transforms.CustomMapping<LevelRow, Doubled>(
            (row, doubled) => doubled.Twice = [.. row.Features.Select(x => 2 * x)], contractName: null);
        var options = new SequenceRegressionOptions
        {
            FeatureColumnName = "Twice", Architecture = Samples.Small, Training = Samples.Quick,
        };
        var model = twice.Append(Ml.Regression.Trainers.StateSpace(options)).Fit(rows);

        Invoking(() => Convert(model, rows)).Should().Throw<NotSupportedException>()
            .WithMessage("*column 'Twice'*comes from a step that cannot be converted*SaveAsOnnx*");
    }

    [Theory]
    [MemberData(nameof(FilteredNames))]
    public void NewerOperators_AreRefusedInWords(string name)
    {
        var rows = Views.Fixed(Ml);
        var options = Views.Options() with { Architecture = PipelineArchitectures.Filtered[name] };
        var model = Ml.Transforms.StateSpace.SequenceClassification(options).Fit(rows);

        Invoking(() => Convert(model, rows)).Should().Throw<NotSupportedException>().WithMessage("*SobolevExponent*SaveAsOnnx*");
    }

    private sealed class Reading
    {
        public string Machine { get; set; } = "";

        public float Pressure { get; set; }

        public float Level { get; set; }
    }

    private sealed class Doubled
    {
        [VectorType(12)]
        public float[] Twice { get; set; } = [];
    }

    private static InferenceSession Convert(ITransformer model, IDataView rows)
    {
        using var stream = new MemoryStream();
        Ml.Model.ConvertToOnnx(model, rows, stream);
        return new InferenceSession(stream.ToArray());
    }

    private static NamedResults Run(InferenceSession session, Dictionary<string, OrtValue> inputs) => new(session, inputs);

    private static OrtValue Batch(IEnumerable<float[]> rows)
    {
        float[][] all = [.. rows];
        return OrtValue.CreateTensorValueFromMemory(all.SelectMany(row => row).ToArray(), [all.Length, all[0].Length]);
    }

    private static OrtValue Texts(IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        return OrtValue.CreateFromStringTensor(new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<string>(all, [all.Length, 1]));
    }

    private static double Compare(IEnumerable<float[]> expected, OrtValue actual)
    {
        var difference = new Difference();
        difference.Add([.. expected.SelectMany(row => row)], actual.GetTensorDataAsSpan<float>());
        return difference.Relative;
    }
}
