// Handwritten digits as sequences: 64 pixels, one after the other, and a deep state-space model that says which digit it was.
//
//   ./build.sh run                                            1,797 digits, three quarters of them to train on
//   ./build.sh run --train X_TRAIN.ts --test X_TEST.ts        any data set of the UCR/UEA archive (timeseriesclassification.com)
//
// It ends with lines like
//
//   another process: 450 predictions, every score bit-identical
//   accuracy: 0.982
using Microsoft.ML;
using Microsoft.ML.Data;
using Samples;

var arguments = Arguments.Read(args, "SequenceClassification [--train X_TRAIN.ts --test X_TEST.ts]");
var mlContext = new MLContext(seed: 1);

// 1. The data: a column Features, the sequence, and a column Label, the class.
var (trainData, testData) = arguments["--train"] is { } trainFile && arguments["--test"] is { } testFile
    ? (mlContext.Data.LoadClassesFromTsFile(trainFile), mlContext.Data.LoadClassesFromTsFile(testFile))
    : mlContext.Data.LoadDigits(testFraction: 0.25, seed: 3);

// 2. One pipeline: ML.NET makes the label a key, the state-space step learns, ML.NET turns its answer back into a label.
var display = new TrainingDisplay();
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.StateSpace(
        labelColumnName: "Label", featureColumnName: "Features", progress: display))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));

// 3. Training, with a live display.
ITransformer model = display.Show(() => pipeline.Fit(trainData));

// 4. How good is it on sequences it has never seen?
IDataView predictions = model.Transform(testData);
MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(predictions);
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

// 5. Save it, and let a program that has never heard of this one load it and predict.
string modelFile = Path.Combine(Directory.CreateTempSubdirectory("state-space-").FullName, "model.zip");
mlContext.Model.Save(model, trainData.Schema, modelFile);
bool identical = AnotherApp.PredictsTheSame(mlContext, modelFile, predictions);

Console.WriteLine($"accuracy: {metrics.MicroAccuracy:F3}");
return identical ? 0 : 1;
