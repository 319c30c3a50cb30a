// Report: one page of a fitted model, to look at, to send, and to keep beside the model.
//
//   dotnet run --project samples/Report -c Release -- [--folder FOLDER]
//
// A network learns handwritten digits, and a report of it is written: accuracy and confusions, how far its probabilities can be trusted,
// the digits that it got most wrong, its learning curve, what was chosen, and its poles. A linear network learns to simulate a pair of
// water tanks; its report has Bode diagrams and step responses, and a section of our own. Pages need nothing else, so they open anywhere:
// they are in the folder of --folder, or beside this program. It ends within a minute, with lines like
//
//   digits: 130 kB, the same bytes from the model as it was saved and loaded
//   tanks: 174 kB
using Microsoft.ML;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Reports;
using Samples;
using SystemIdentification;

var arguments = Arguments.Read(args, "Report [--folder FOLDER]");
string folder = arguments["--folder"] ?? Path.Combine(AppContext.BaseDirectory, "reports");
var mlContext = new MLContext(seed: 1);

// 1. A pipeline, as ever. The file of a model holds no learning curve, so the training tells it to a recording.
var (trainData, testData) = mlContext.Data.LoadDigits(testFraction: 0.25, seed: 3);
var curve = new TrainingCurve();
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions
    {
        Architecture = new S5Options { Layers = 2, ModelSize = 24, StateSize = 12, Bidirectional = false },
        Training = new() { Epochs = 25, Seed = 1, ValidationFraction = 0.1, Progress = curve },
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
ITransformer model = pipeline.Fit(trainData);

// 2. Its report. The state-space step is found in the pipeline, and the rows go through the steps before it.
string digits = Path.Combine(folder, "digits.html");
var options = new ReportOptions { Title = "Handwritten digits", LearningCurve = curve };
model.WriteReport(digits, testData, options);

// 3. The same model and data make the same bytes, also where the model comes from its file.
string file = Path.Combine(folder, "digits.zip");
mlContext.Model.Save(model, trainData.Schema, file);
string again = mlContext.Model.Load(file, out _).CreateReport(testData, options).ToString();
string same = again == File.ReadAllText(digits) ? "the same bytes" : "other bytes";
Console.WriteLine($"digits: {new FileInfo(digits).Length / 1000} kB, {same} from the model as it was saved and loaded");

// 4. A linear network, which is a system that an engineer can read.
var random = new Random(1);
IDataView records = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(_ => CascadedTanks.Run(1024, random)).ToList());
IDataView fresh = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(_ => CascadedTanks.Run(1024, random)).ToList());
var tanks = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
{
    InputColumnName = nameof(Experiment.Voltage), TargetColumnName = nameof(Experiment.Level), OutputColumnName = "Simulated",
    Architecture = new S5Options { Layers = 1, ModelSize = 8, StateSize = 4, Scaffold = new LinearScaffold() },
    Training = new() { Epochs = 40, Washout = 50, Method = new LbfgsOptions() },
}).Fit(records);

// 5. Its report, with a section of our own behind the others.
ReportPage page = tanks.CreateReport(fresh, new ReportOptions { Title = "Two water tanks", Examples = 2 });
page.BeginSection("Poles and zeros", "A linear model of two tanks in a row should have two slow poles.");
var system = LinearSystem.OfModel(tanks.Model).System;
ChartAxis real = new("real part") { Shows = [-1, 1] }, imaginary = new("imaginary part") { Shows = [-1, 1] };
var chart = new Chart("On the unit disc", real, imaginary) { HasEqualUnits = true };
chart.AddDots("poles", system.Poles().Select(pole => (pole.Real, pole.Imaginary)));
chart.AddDots("zeros", system.TransmissionZeros().Select(zero => (zero.Real, zero.Imaginary)));
page.AddChart(chart);
string plant = Path.Combine(folder, "tanks.html");
page.Save(plant);
Console.WriteLine($"tanks: {new FileInfo(plant).Length / 1000} kB");
