using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/onnx.md. A test of Core holds that every block stands here, word for word.</summary>
public sealed class OnnxSnippets : IDisposable
{
    private const int Steps = 12;

    private readonly MLContext mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly Series[] _rows =
    [
        .. Enumerable.Range(0, 24).Select(i => new Series
        {
            Label = i % 2 == 0 ? "slow" : "fast",
            Features = [.. Enumerable.Range(0, Steps).Select(t => MathF.Sin((i % 2 == 0 ? 0.3f : 1.5f) * t + i))],
        }),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AModel_LeavesAndIsScored()
    {
        IDataView data = mlContext.Data.LoadFromEnumerable(_rows);
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.StateSpace(
                architecture: new S5Options { Layers = 1, ModelSize = 8, StateSize = 4, Bidirectional = false }, epochs: 3))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        string sequencesFile = Path.Combine(_folder, "sequences.onnx"), stepFile = Path.Combine(_folder, "step.onnx");

        var step = ((IEnumerable<ITransformer>)model).OfType<SequenceTransformer>().Single();
        step.SaveAsOnnx(sequencesFile);                                                        // whole sequences
        step.SaveAsOnnx(stepFile, new OnnxExportOptions { Form = OnnxForm.Step });             // one time step, with its state

        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        string[] names = [.. model.Transform(data).GetColumn<string>("PredictedLabel")];
        Sequences(sequencesFile).Should().Equal(expected.SelectMany(score => score), Near).And.NotBeEmpty();
        FirstClass(sequencesFile).Should().Be(names[0]);
        OneStepAfterTheOther(stepFile).Should().Equal(expected[0], Near);
        Pipeline(model, data).Should().Equal(names);
    }

    [Fact]
    public void AForecaster_Leaves_AndGoesOnRowByRow()
    {
        float[][] rows = [.. Enumerable.Range(0, 60).Select(i => new[] { 20 + MathF.Sin(0.5f * i) })];
        var data = mlContext.Data.LoadFromEnumerable(rows.Select(row => new Day { Sales = row[0] }));
        ForecastingTransformer forecaster = mlContext.Forecasting
            .ForecastByStateSpace(new ForecastingOptions { TargetColumnNames = ["Sales"], Horizon = 3, Season = 1 }).Fit(data);
        string seriesFile = Path.Combine(_folder, "series.onnx"), rowFile = Path.Combine(_folder, "row.onnx");

        forecaster.SaveAsOnnx(seriesFile);                                                     // whole series
        forecaster.SaveAsOnnx(rowFile, new OnnxExportOptions { Form = OnnxForm.Step });        // one row, with its state

        var engine = forecaster.CreateForecastEngine();
        foreach (float[] row in rows)
            engine.Observe(row);
        using var whole = new InferenceSession(seriesFile);
        whole.InputNames.Should().Equal("rows", "lengths");
        RowAfterRow(rowFile, rows).Should().Equal(engine.Forecast().ToArray(), Near);
    }

    private static float[] RowAfterRow(string rowFile, float[][] rows)
    {
        float[] forecast = [];
        using var runOptions = new RunOptions();

        using var session = new InferenceSession(rowFile);
        double[] state = new double[int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], CultureInfo.InvariantCulture)];
        foreach (float[] sales in rows)
        {
            using var row = OrtValue.CreateTensorValueFromMemory(sales, [1, sales.Length]);
            using var before = OrtValue.CreateTensorValueFromMemory(state, [1, state.Length]);
            using var results = session.Run(runOptions, ["row", "state"], [row, before], ["forecast", "next_state"]);
            forecast = results[0].GetTensorDataAsSpan<float>().ToArray();
            state = results[1].GetTensorDataAsSpan<double>().ToArray();
        }

        return forecast;
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-4f;

    private float[] Sequences(string sequencesFile) => Run(sequencesFile).Probabilities;

    private string FirstClass(string sequencesFile) => Run(sequencesFile).First;

    private (float[] Probabilities, string First) Run(string sequencesFile)
    {
        int batch = _rows.Length, length = Steps, channels = 1;
        float[] values = [.. _rows.SelectMany(row => row.Features)];
        long[] stepsOfEach = [.. _rows.Select(_ => (long)Steps)];

        using var session = new InferenceSession(sequencesFile);
        using var features = OrtValue.CreateTensorValueFromMemory(values, [batch, length, channels]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(stepsOfEach, [batch]);
        using var runOptions = new RunOptions();
        using var results = session.Run(runOptions, ["features", "lengths"], [features, lengths], ["score", "predicted_label"]);

        ReadOnlySpan<float> probabilities = results[0].GetTensorDataAsSpan<float>();           // (batch, classes)
        string[] classes = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["classes"])!;
        string first = classes[results[1].GetTensorDataAsSpan<long>()[0]];

        return (probabilities.ToArray(), first);
    }

    private float[] OneStepAfterTheOther(string stepFile)
    {
        float[][] timeSteps = [.. _rows[0].Features.Select(value => new[] { value })];
        float[] answer = [];
        using var runOptions = new RunOptions();

        using var session = new InferenceSession(stepFile);
        float[] state = new float[int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], CultureInfo.InvariantCulture)];
        foreach (float[] timeStep in timeSteps)
        {
            using var features = OrtValue.CreateTensorValueFromMemory(timeStep, [1, timeStep.Length]);
            using var before = OrtValue.CreateTensorValueFromMemory(state, [1, state.Length]);
            using var results = session.Run(runOptions, ["features", "state"], [features, before], ["score", "next_state"]);
            answer = results[0].GetTensorDataAsSpan<float>().ToArray();
            state = results[1].GetTensorDataAsSpan<float>().ToArray();
        }

        return answer;
    }

    private string[] Pipeline(ITransformer model, IDataView data)
    {
        string pipelineFile = Path.Combine(_folder, "pipeline.onnx");

        using (var stream = File.Create(pipelineFile))
            mlContext.Model.ConvertToOnnx(model, data, stream);

        string[] labels = [.. _rows.Select(row => row.Label)];
        using var session = new InferenceSession(pipelineFile);
        using var features = OrtValue.CreateTensorValueFromMemory(_rows.SelectMany(row => row.Features).ToArray(), [_rows.Length, Steps]);
        using var label = OrtValue.CreateFromStringTensor(
            new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<string>(labels, [labels.Length, 1]));
        using var runOptions = new RunOptions();
        using var results = session.Run(runOptions, ["Features", "Label"], [features, label], ["PredictedLabel.output"]);
        return results[0].GetStringTensorAsArray();
    }

    private sealed class Day
    {
        public float Sales { get; set; }
    }

    private sealed class Series
    {
        [VectorType(Steps)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
