// ONNX: a model leaves .NET.
//
//   dotnet run --project samples/OnnxExport -c Release [-- --folder FOLDER] [--epochs N]
//
// Trains a small classifier of vibrations, and writes it three times: for whole sequences, for one time step at a time, and with the steps
// of the pipeline around it, from the series to the name of its class, by ML.NET's own converter. ONNX Runtime, which knows nothing of
// this library, then answers from the files what ML.NET answers.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace;
using OnnxExport;
using Samples;

var arguments = Arguments.Read(args, "OnnxExport [--folder FOLDER] [--epochs N]");
int epochs = Arguments.OrEnd(() => arguments.Count("--epochs")) ?? 20;
string folder = arguments["--folder"] ?? Directory.CreateTempSubdirectory("onnx").FullName;
var mlContext = new MLContext(seed: 1);

// 1. A pipeline as always. The model reads forwards only, so that it can answer time step by time step.
Vibration[] train = Vibration.Some(200, seed: 1), test = Vibration.Some(50, seed: 2);
IDataView trainData = mlContext.Data.LoadFromEnumerable(train), testData = mlContext.Data.LoadFromEnumerable(test);
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Machine")
    .Append(mlContext.MulticlassClassification.Trainers.StateSpace(
        architecture: new S5Options { Layers = 2, ModelSize = 16, Bidirectional = false }, epochs: epochs))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(trainData);
IDataView predictions = model.Transform(testData);
Console.WriteLine($"accuracy on {test.Length} test series: "
    + $"{mlContext.MulticlassClassification.Evaluate(predictions).MicroAccuracy:F2}");

// 2. The step of the pipeline that is ours, in both forms.
var step = ((IEnumerable<ITransformer>)model).OfType<SequenceTransformer>().Single();
string sequencesFile = Path.Combine(folder, "sequences.onnx"), stepFile = Path.Combine(folder, "step.onnx");
step.SaveAsOnnx(sequencesFile);
step.SaveAsOnnx(stepFile, new OnnxExportOptions { Form = OnnxForm.Step });

// 3. Whole sequences: all of them as one batch.
float[][] scores = [.. predictions.GetColumn<float[]>("Score")];
using var sequences = new InferenceSession(sequencesFile);
Describe("whole sequences", sequencesFile, sequences);
Answers whole = SequenceRun.Score(sequences, test);
Compare("whole sequences", whole.Scores, scores);
Console.WriteLine($"the first one is of the machine '{whole.Classes[whole.Labels[0]]}', and was made as '{test[0].Machine}'");

// 4. One time step at a time, as values arrive. The last answer is that to the whole sequence.
using var stepwise = new InferenceSession(stepFile);
Describe("one time step", stepFile, stepwise);
Compare("one time step", [.. test.Select(series => StepRun.Score(stepwise, series))], scores);

// 5. The whole pipeline, by ML.NET's own converter: out comes the name of the class.
string pipelineFile = Path.Combine(folder, "pipeline.onnx");
using (var stream = File.Create(pipelineFile))
    mlContext.Model.ConvertToOnnx(model, testData, stream);
using var converted = new InferenceSession(pipelineFile);
Describe("the pipeline", pipelineFile, converted);
string[] names = PipelineRun.Answer(converted, test);
Console.WriteLine(names.SequenceEqual(predictions.GetColumn<string>("PredictedLabel"))
    ? "the pipeline: every name is the same"
    : throw new InvalidOperationException("ONNX Runtime names other classes than ML.NET."));
Console.WriteLine($"the files are in {folder}");

static void Describe(string what, string file, InferenceSession session)
    => Console.WriteLine($"{what}: {new FileInfo(file).Length / 1024} KiB, {string.Join(", ", session.InputNames)} -> "
        + string.Join(", ", session.OutputNames));

static void Compare(string what, float[][] actual, float[][] expected)
{
    float difference = expected.Zip(actual, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
    Console.WriteLine(difference < 1e-4f
        ? $"{what}: ONNX Runtime and ML.NET agree (no score differs by more than {difference:E0})"
        : throw new InvalidOperationException($"{what}: ONNX Runtime and ML.NET differ by {difference}."));
}
