// System identification: a model of a process, learned from records of what went in and what came out.
//
//   dotnet run --project samples/SystemIdentification -c Release
//
// The process is a pair of cascaded water tanks. The model sees only the pump's voltage and must simulate the level of the lower
// tank over a whole record that it has never seen. It ends with a line like
//
//   fit: 95.3 %
//
// where 100 % is perfect and 0 % is no better than the mean level; the noise of the measurement alone keeps it below 98 %.
using Microsoft.ML;
using Samples;
using Spectre.Console;
using SystemIdentification;

Arguments.Read(args, "SystemIdentification");
var mlContext = new MLContext(seed: 1);
var random = new Random(1);

// 1. Experiments on the process: 128 to learn from, 16 to choose the best epoch by.
IDataView trainData = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 128).Select(_ => CascadedTanks.Run(1024, random)).ToList());
IDataView validationData = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(_ => CascadedTanks.Run(1024, random)).ToList());

// 2. From the voltage to the level, one output for each time step. The model is causal: an output depends on the past alone.
var display = new TrainingDisplay();
var estimator = mlContext.Transforms.StateSpace.SequenceToSequence(new()
{
    InputColumnName = nameof(Experiment.Voltage),
    TargetColumnName = nameof(Experiment.Level),
    OutputColumnName = "SimulatedLevel",
    ValidationSet = validationData,
    Training = new() { Progress = display },
});
var model = display.Show(() => estimator.Fit(trainData));

// 3. A fresh record of the process, simulated by the model from the voltage alone.
IDataView freshData = mlContext.Data.LoadFromEnumerable([CascadedTanks.Run(1024, random)]);
var metrics = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(
    model.Transform(freshData), nameof(Experiment.Level), "SimulatedLevel", skip: 5);
Console.WriteLine($"error of the simulated level: {metrics.RootMeanSquaredError:F3} (root mean square, in the unit of the level)");
Console.WriteLine($"fit: {metrics.FitPercent:F1} %");

// 4. What the model remembers, and for how long: the slowest poles of its layers.
var table = new Table().Title("slowest poles").AddColumns("layer", "time constant, steps", "oscillations a step", "damping ratio");
foreach (var pole in model.Poles.OrderByDescending(pole => pole.TimeConstant).Take(5))
    table.AddRow(pole.Core, $"{pole.TimeConstant:F0}", $"{pole.Frequency:F4}", $"{pole.Damping:F2}");
AnsiConsole.Write(table);
