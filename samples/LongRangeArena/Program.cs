// The Long Range Arena on one computer: a row of its table, drawn, trained and scored here, at a length that two cores can bear.
//
//   dotnet run --project samples/LongRangeArena -c Release                          a minute: short expressions
//   dotnet run --project samples/LongRangeArena -c Release -- --run full            longer ones, up to half an hour on two cores
//   dotnet run --project samples/LongRangeArena -c Release -- --task paths          images of dashed paths
//
// ListOps asks for the value of nested lists, such as [MAX 4 3 [MIN 2 3 ] 1 0 ], and is drawn as the arena draws it (Tasks/ListOps.cs).
// The images are of our own making after the idea of Pathfinder, and not comparable with it (Tasks/PathImages.cs); the short run does not
// get beyond chance on them. The last lines of the first command are
//
//   | task | tokens | model | parameters | accuracy | most frequent class | chance | training |
//   |---|--:|---|--:|--:|--:|--:|--:|
//   | ListOps | 5-58 | S5 | 16,570 | 0.539 | 0.111 | 0.100 | 5 s |
using LongRangeArena;
using Microsoft.ML;
using Samples;
using static System.FormattableString;

var run = Arguments.OrEnd(() => ArenaRun.Parse(args));
var mlContext = new MLContext(seed: run.Seed);

// 1. Rows that a seed decides: to learn from, to choose the best epoch by, and to be judged by.
ArenaData data = run.Draw(mlContext);
Console.WriteLine($"{run.Title}: {data.Describe()}");

// 2. S5 as its authors set it for this task, but narrower and with fewer layers and epochs.
var display = new TrainingDisplay();
var result = display.Show(() => run.Train(mlContext, data, display));

// 3. Beside what one has without any model: a guess, and the most frequent class of the training rows.
Console.WriteLine("| task | tokens | model | parameters | accuracy | most frequent class | chance | training |");
Console.WriteLine("|---|--:|---|--:|--:|--:|--:|--:|");
Console.WriteLine(
    Invariant($"| {run.Title} | {data.Lengths} | S5 | {result.Training.ParameterCount:N0} | {result.Accuracy:F3} ")
    + Invariant($"| {data.MajorityAccuracy:F3} | {1.0 / data.Classes:F3} | {result.Training.Duration.TotalSeconds:F0} s |"));
return 0;
