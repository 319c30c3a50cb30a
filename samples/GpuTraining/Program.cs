// Trains on a GPU where there is one, on the CPU where there is none, and serves the model with neither TorchSharp nor a GPU.
//
//   dotnet run --project samples/GpuTraining -c Release                                            TorchSharp on the CPU
//   dotnet run --project samples/GpuTraining -c Release -p:TorchSharpNative=TorchSharp-cuda-linux  TorchSharp on an NVIDIA GPU
//
// To either can be added
//
//   -p:Beside=Microsoft.ML.TorchSharp            ML.NET's own trainers on TorchSharp stand in the same application
//   -- --epochs 5                                fewer passes over the digits than usual
//   -- --train X_TRAIN.ts --test X_TEST.ts       any data set of the UCR/UEA archive
//
// It ends with lines like
//
//   another process: 426 predictions, every score bit-identical
//   accuracy: 0.980
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.StateSpace;
using Samples;

var arguments = Arguments.Read(args, "GpuTraining [--train X_TRAIN.ts --test X_TEST.ts] [--epochs N]");

// 1. The switches of ML.NET itself: which GPU, and whether the CPU will do where there is none.
var mlContext = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = true };

var (trainData, testData) = arguments["--train"] is { } trainFile && arguments["--test"] is { } testFile
    ? (mlContext.Data.LoadClassesFromTsFile(trainFile), mlContext.Data.LoadClassesFromTsFile(testFile))
    : mlContext.Data.LoadDigits(testFraction: 0.25, seed: 3);

// 2. The pipeline of samples/SequenceClassification, but for one option: the engine.
var display = new TrainingDisplay();
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.StateSpace(new SequenceClassificationOptions
    {
        Training = new()
        {
            Engine = TorchSharpEngine.Cuda(mlContext.GpuDeviceId, mlContext.FallbackToCpu, TorchSharpPrecision.TensorFloat32),
            Progress = display,
            Epochs = arguments.Count("--epochs"),
        },
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
ITransformer model = display.Show(() => pipeline.Fit(trainData));

// 3. What came out is the same kind of model: the managed engine scores it, in this process and in one that has no TorchSharp beside it.
IDataView predictions = model.Transform(testData);
string modelFile = Path.Combine(Directory.CreateTempSubdirectory("state-space-").FullName, "model.zip");
mlContext.Model.Save(model, trainData.Schema, modelFile);
bool identical = AnotherApp.PredictsTheSame(mlContext, modelFile, predictions);

// 4. A process has only one TorchSharp. Whatever else in this application uses it must be content with that version.
foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.ML.TorchSharp.dll"))
{
    var asked = Assembly.LoadFrom(file).GetReferencedAssemblies().Single(assembly => assembly.Name == "TorchSharp").Version;
    var running = typeof(TorchSharp.torch).Assembly.GetName().Version;
    Console.WriteLine($"{Path.GetFileName(file)} was built with TorchSharp {asked}; this process runs {running}");
}

Console.WriteLine($"accuracy: {mlContext.MulticlassClassification.Evaluate(predictions).MicroAccuracy:F3}");
return identical ? 0 : 1;
