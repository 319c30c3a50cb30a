// Two networks learn handwritten digits, and can be watched: in TensorBoard, in a log, and by dotnet-counters.
//
//     dotnet run samples/TensorBoard.cs
//     tensorboard --logdir runs                                               (their learning curves, one over the other)
//     dotnet-counters monitor --name TensorBoard --counters Microsoft.ML.StateSpace    (while it runs; the counters are also printed here)
//
// It is one file in the place of a notebook: change it and run it again. docs/telemetry.md says what all the names mean.

#:project ../src/Microsoft.ML.StateSpace.Telemetry
#:package Microsoft.Extensions.Logging.Console
#:property PublishAot=false

using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;

const string Usage = "usage: TensorBoard [--folder FOLDER] [--epochs N]";

string folder = "runs";
int epochs = 10;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    if (args[i] == "--folder" && value.Length > 0)
        folder = value;
    else if (args[i] != "--epochs" || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out epochs) || epochs < 1)
        return Refuse($"'{args[i]} {value}' is not understood.");
}

var mlContext = new MLContext(seed: 1);
var split = mlContext.Data.TrainTestSplit(
    mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Digits()).Transform(Digits()), testFraction: 0.2, seed: 1);

// What is counted, in this process. A service gives StateSpaceMeter.Name to OpenTelemetry instead.
var counts = new SortedDictionary<string, long>();
using var listener = new MeterListener();
listener.InstrumentPublished = (instrument, self) =>
{
    if (instrument.Meter.Name == StateSpaceMeter.Name)
        self.EnableMeasurementEvents(instrument);
};
listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) =>
{
    lock (counts)
        counts[instrument.Name] = counts.GetValueOrDefault(instrument.Name) + value;
});
listener.Start();

using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
foreach (ArchitectureOptions architecture in new ArchitectureOptions[] { new S5Options(), new LruOptions() })
{
    // A run of TensorBoard has the name of its architecture, so that the legend says what is what.
    string name = architecture.GetType().Name.Replace("Options", "");
    using var tensorBoard = new TensorBoardProgress(folder, name);
    var progress = new CombinedProgress(tensorBoard, new LoggerProgress(loggers.CreateLogger(name)));

    var model = mlContext.MulticlassClassification.Trainers
        .StateSpace(architecture: architecture, epochs: epochs, progress: progress).Fit(split.TrainSet);

    var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: test accuracy {metrics.MicroAccuracy:F3}"));
}
foreach (var (name, count) in counts)
    Console.WriteLine($"{name}: {count}");
Console.WriteLine($"Look at it: tensorboard --logdir {folder}");
return 0;

IDataView Digits()
{
    // Beside this file: the folder that it was run from may be any.
    string file = Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "data", "digits.csv.gz");
    using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
    float[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
    return mlContext.Data.LoadFromEnumerable(rows.Select(row => new Digit { Features = row[..64], Label = row[64] }).ToArray());
}

int Refuse(string what)
{
    Console.Error.WriteLine($"{what}\n{Usage}");
    return 2;
}

/// <summary>An image of 8 by 8 pixels, read as a sequence of 64 steps.</summary>
internal sealed class Digit
{
    [VectorType(64)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }
}
