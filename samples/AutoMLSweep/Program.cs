// A sweep: ML.NET's AutoML tries state-space models of all kinds, drops the worse early, and keeps the best.
//
// For two minutes on 1,797 handwritten digits:
//
//   dotnet run --project samples/AutoMLSweep -c Release
//
// On any data set of the UCR/UEA archive; started again with the same folder, it goes on where it was stopped:
//
//   dotnet run --project samples/AutoMLSweep -c Release -- --train X_TRAIN.ts --test X_TEST.ts --seconds 600 --folder sweep
//
// The tables of BENCHMARKS.md, which take two hours a seed:
//
//   dotnet run --project samples/AutoMLSweep -c Release -- --proof 600 --seeds 1,2,3
//
// It ends with the best trial, its accuracy on sequences that it has never seen, and an HTML report of the sweep.
using AutoMLSweep;
using AutoMLSweep.Proof;
using AutoMLSweep.Report;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using Samples;

var arguments = Arguments.OrEnd(() => SweepArguments.Parse(args));
if (arguments.Proof is int proofSeconds)
    return ProofTable.Print(arguments, proofSeconds);

var mlContext = new MLContext(seed: arguments.Seeds[0]);

// 1. The data: a column Features, the sequence, and a column Label, the class. A quarter of the training data is kept for judging trials.
var (trainData, testData) = arguments.TrainFile is null
    ? mlContext.Data.LoadDigits(testFraction: 0.25, seed: 3)
    : (mlContext.Data.LoadClassesFromTsFile(arguments.TrainFile), mlContext.Data.LoadClassesFromTsFile(arguments.TestFile!));
var split = mlContext.Data.TrainTestSplit(trainData, testFraction: 0.25);

// 2. One pipeline, as always, with one step that is not fixed.
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Auto().SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));

// 3. The experiment is AutoML's own; its trials are dropped by successive halving. The sweep is kept in the folder: run this again with
// the same folder, and it goes on.
var table = new SweepTable(arguments.Seconds);
var experiment = mlContext.Auto().CreateExperiment()
    .SetPipeline(pipeline)
    .SetDataset(split)
    .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
    .SetTrainingTimeInSeconds(arguments.Seconds)
    .SetSequenceHalving(new() { Folder = arguments.Folder })
    .SetMonitor(table);
TrialResult best = table.Show(experiment.Run);

// 4. The best trial, trained once more on all of the training data, and how good it is on sequences it has never seen.
var model = pipeline.BuildFromOption(mlContext, best.TrialSettings.Parameter["_pipeline_"]).Fit(trainData);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
SweepTable.ShowBest(best);
Console.WriteLine($"test accuracy: {metrics.MicroAccuracy:F3}");

// 5. What happened, as a page that needs nothing else.
string report = Path.Combine(arguments.Folder, "report.html");
SweepReport.Of(SweepJournal.Read(arguments.Folder), arguments.Name, metrics.MicroAccuracy).Save(report);
Console.WriteLine($"report: {report}");
return 0;
