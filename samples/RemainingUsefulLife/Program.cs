// Remaining useful life: how many more flights will an engine last, told from its sensors?
//
//   dotnet run --project samples/RemainingUsefulLife -c Release -- --data FOLDER
//
// The folder holds train_FD001.txt, test_FD001.txt and RUL_FD001.txt of NASA's C-MAPSS data (Saxena and Goebel 2008, "Turbofan Engine
// Degradation Simulation Data Set", NASA Prognostics Data Repository): long tables with one row a flight. A hundred engines are recorded
// until they fail, a hundred others until some flights before. As is usual, a life of more than 125 flights counts as 125. Among what it
// prints is the error on the others,
//
//   error of the remaining life: 12.7 flights (root mean square)
//
// Published: convolutional network 12.6, bidirectional LSTM 13.7, LSTM 16.1; ridge regression on windows of thirty flights 14.7. Training
// takes a minute or two.
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;
using RemainingUsefulLife;
using Samples;

var arguments = Arguments.Read(args, "RemainingUsefulLife [--data FOLDER] [--seed N]; the folder has the three files of FD001");
string folder = Arguments.OrEnd(() => arguments["--data"] ?? throw arguments.Refusal("--data FOLDER is missing."));
var mlContext = new MLContext(seed: arguments.Count("--seed") ?? 1);
var clock = Stopwatch.StartNew();

// 1. The long tables, with the column Remaining.
IDataView trainTable = Turbofans.Load(mlContext, Path.Combine(folder, "train_FD001.txt"));
IDataView testTable = Turbofans.Load(
    mlContext, Path.Combine(folder, "test_FD001.txt"), beyond: Path.Combine(folder, "RUL_FD001.txt"));

// 2. Windows of fifty flights, of the sensors and of how many flights the engine has behind it. Of the engines to be judged by, the last
// window: what would be asked today. Some have fewer flights.
var windows = new WindowOptions
{
    GroupColumnName = "Engine",
    OrderColumnName = "Number",
    FeatureColumnNames = ["Number", "Sensors"],
    LabelColumnNames = ["Remaining"],
    Length = 50,
    Stride = 2,
};
IDataView trainData = mlContext.Data.ToWindows(trainTable, windows);
IDataView testData = mlContext.Data.ToWindows(testTable, windows with { LastOnly = true, KeepsIncomplete = true });

// 3. The model is the default: nothing is set but the names of the columns, which are the usual ones.
var display = new TrainingDisplay();
var estimator = mlContext.Regression.Trainers.StateSpace(progress: display);
var model = display.Show(() => estimator.Fit(trainData));
Console.WriteLine($"trained after {clock.Elapsed.TotalSeconds:F0} s");

// 4. How good is it on engines that it has never seen?
IDataView predictions = model.Transform(testData);
RegressionMetrics metrics = mlContext.Regression.Evaluate(predictions);
Console.WriteLine($"error of the remaining life: {metrics.RootMeanSquaredError:F1} flights (root mean square)");

// 5. The way back: what the model would have said after every flight of an engine, beside the truth.
IDataView history = mlContext.Data.FromSequences(
    model.Transform(mlContext.Data.ToWindows(testTable, windows)), testTable, windows, "Score");
Console.WriteLine("engine 20, every twentieth flight: remaining life, and what the model says");
foreach (var flight in mlContext.Data.CreateEnumerable<Said>(history, reuseRowObject: false)
    .Where(flight => flight.Engine == 20 && flight.Number % 20 == 10 && !float.IsNaN(flight.Score)))
    Console.WriteLine($"  flight {flight.Number,3}: {flight.Remaining,3} {flight.Score,6:F1}");

internal sealed class Said
{
    public float Engine { get; set; }

    public float Number { get; set; }

    public float Remaining { get; set; }

    public float Score { get; set; }
}
