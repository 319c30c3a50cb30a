// Sequence tagging: what state is a machine in, at every time step?
//
//   dotnet run --project samples/Tagging -c Release
//
// The records are not measured but simulated: a direct-current motor after the equations and the parameters of a published tutorial
// (DcMotor.cs), which a test bench drives through its states (TestBench.cs). Voltage, current and speed are known ten times a second,
// with noise. One step does not tell the state: a motor that runs up and one with a load can have the same voltage, current and speed.
// Among what it prints are the shares of the time steps whose state is right:
//
//   logistic regression on single steps: 0.636
//   logistic regression on windows of 21 steps: 0.860
//   state-space model: 0.954
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;
using Samples;
using Spectre.Console;
using Tagging;

Arguments.Read(args, "Tagging");
var mlContext = new MLContext(seed: 1);
var random = new Random(1);
var clock = Stopwatch.StartNew();

// 1. Records of different length, each of another motor of the series: 128 to learn from, 32 to be judged by.
List<MotorRecord> train = Records(128), test = Records(32);
IDataView trainData = mlContext.Data.LoadFromEnumerable(train), testData = mlContext.Data.LoadFromEnumerable(test);
Console.WriteLine("simulated data, not measurements: a DC motor by its equations, see samples/Tagging/DcMotor.cs");
Console.WriteLine($"{train.Count} records to learn from and {test.Count} others to be judged by, "
    + $"of {train.Min(record => record.Label.Length)} to {train.Max(record => record.Label.Length)} time steps");

// 2. One pipeline: ML.NET makes the states keys, the state-space step learns. Nothing is set but the names of the columns.
var display = new TrainingDisplay();
var states = mlContext.Transforms.Conversion.MapValueToKey("Label");
var pipeline = states.Append(mlContext.Transforms.StateSpace.SequenceTagging(
    labelColumnName: "Label", featureColumnName: "Features", progress: display));
var model = display.Show(() => pipeline.Fit(trainData));
Console.WriteLine($"trained after {clock.Elapsed.TotalSeconds:F0} s");

// 3. How good is it, state by state, on records that it has never seen?
IDataView predictions = model.Transform(testData);
SequenceTaggingMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceTagging(predictions);
var table = new Table().Title("time steps of the test records").AddColumns("state", "steps", "precision", "recall", "F1");
foreach (var tag in metrics.Tags)
    table.AddRow(tag.Name, $"{tag.Actual}", $"{tag.Precision:F3}", $"{tag.Recall:F3}", $"{tag.F1Score:F3}");
AnsiConsole.Write(table);
Console.WriteLine(metrics.ConfusionTable);

// 4. Beside it, ML.NET's logistic regression on single time steps, without and with the second before and the second after.
double ofOneStep = StepwiseRegression.Accuracy(mlContext, train, test, around: 0);
double ofWindow = StepwiseRegression.Accuracy(mlContext, train, test, around: TestBench.Rate);
Console.WriteLine("share of the time steps whose state is right");
Console.WriteLine($"logistic regression on single steps: {ofOneStep:F3}");
Console.WriteLine($"logistic regression on windows of {2 * TestBench.Rate + 1} steps: {ofWindow:F3}");
Console.WriteLine($"state-space model: {metrics.MicroAccuracy:F3}");

// 5. Save it and load it.
string modelFile = Path.GetTempFileName();
mlContext.Model.Save(model, trainData.Schema, modelFile);
IDataView again = mlContext.Model.Load(modelFile, out _).Transform(testData);
File.Delete(modelFile);
bool identical = Scores(again).Zip(Scores(predictions)).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
Console.WriteLine(identical ? "loaded model: every score is the same" : "loaded model: scores differ");

// 6. By default a model reads a record both ways. One that reads forwards only says the state while the motor runs.
var causalPipeline = states.Append(mlContext.Transforms.StateSpace.SequenceTagging(
    labelColumnName: "Label", featureColumnName: "Features", architecture: new S5Options { Bidirectional = false }, progress: display));
var causal = display.Show(() => causalPipeline.Fit(trainData));
IDataView causalPredictions = causal.Transform(testData);
var causalMetrics = mlContext.Transforms.StateSpace.EvaluateSequenceTagging(causalPredictions);
Console.WriteLine($"state-space model that reads forwards only: {causalMetrics.MicroAccuracy:F3}");

// 7. A test record, one time step after the other. The answer to a step is there before the next one comes.
string[] names = [.. causalMetrics.Tags.Select(tag => tag.Name)];
LiveRecord.Show(test[0], causal.LastTransformer.CreateStreamingEngine(), names, Scores(causalPredictions).First());
Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s in all");
return identical ? 0 : 1;

List<MotorRecord> Records(int count)
    => [.. Enumerable.Range(0, count).Select(_ => TestBench.Run(random.Next(15 * TestBench.Rate, 30 * TestBench.Rate + 1), random))];

static IEnumerable<float[]> Scores(IDataView predictions) => predictions.GetColumn<float[]>("Score");
