// A long table in a Parquet file, one row a time step, becomes sequences; then the same from Arrow.
//
//   dotnet run --project samples/ParquetTables -c Release
//
// The readings are not measured but simulated: pumps whose vibration grows with their load and their wear (Pump.cs). A model says from the
// last forty readings how worn a pump is. It ends with lines like
//
//   from Parquet: error of the wear 0.012 (root mean square), R squared 0.99
//   from Arrow: every prediction is the same
//
// CSV needs nothing of this: ML.NET reads it by itself. Parquet is read by Parquet.Net, which is managed code and knows all encodings in
// use; ParquetView.cs makes of it a data view that holds one row group at a time. Arrow is read by Apache.Arrow, and a DataFrame of
// Microsoft.Data.Analysis, which is a data view, takes a record batch as it is (but for time stamps and decimals, which it does not know:
// have them as numbers). So neither needs a package of this library's own.
using Apache.Arrow.Ipc;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;
using ParquetTables;
using Samples;

Arguments.Read(args, "ParquetTables");
var mlContext = new MLContext(seed: 1);
string folder = Directory.CreateTempSubdirectory("state-space-").FullName;
string trainFile = Path.Combine(folder, "train.parquet"), testFile = Path.Combine(folder, "test.parquet");

// 1. What another program would have written: 40 pumps to learn from, 20 others to be judged by.
await Pump.WriteAsync(trainFile, pumps: 40, seed: 1);
await Pump.WriteAsync(testFile, pumps: 20, seed: 2);

// 2. One pipeline from the rows of the table to the answer. The model is as good as it is with nothing set.
var pipeline = mlContext.Transforms.StateSpace.ToWindows(new WindowOptions
    {
        GroupColumnName = "pump",
        TimeColumnName = "seconds",
        FeatureColumnNames = ["load", "vibration"],
        LabelColumnNames = ["wear"],
        Length = 40,
        Stride = 10,
    })
    .Append(mlContext.Regression.Trainers.StateSpace(new SequenceRegressionOptions { IntervalColumnName = "Intervals" }));
IDataView trainTable = ParquetView.Open(trainFile), testTable = ParquetView.Open(testFile);
Console.WriteLine($"{trainTable.GetRowCount()} rows to learn from, of the columns {string.Join(", ", trainTable.Schema)}");
ITransformer model = pipeline.Fit(trainTable);

// 3. How good is it on pumps that it has never seen?
IDataView predictions = model.Transform(testTable);
RegressionMetrics metrics = mlContext.Regression.Evaluate(predictions);
Console.WriteLine(
    $"from Parquet: error of the wear {metrics.RootMeanSquaredError:F3} (root mean square), R squared {metrics.RSquared:F2}");

// 4. The same pumps from Arrow.
using var arrow = new ArrowStreamReader(await Pump.ArrowAsync(pumps: 20, seed: 2));
using var batch = await arrow.ReadNextRecordBatchAsync();
IDataView fromArrow = model.Transform(DataFrame.FromArrowRecordBatch(batch));
bool same = Scores(fromArrow).SequenceEqual(Scores(predictions));
Console.WriteLine(same ? "from Arrow: every prediction is the same" : "from Arrow: predictions differ");
Directory.Delete(folder, recursive: true);
return same ? 0 : 1;

static IEnumerable<float> Scores(IDataView predictions) => predictions.GetColumn<float>("Score");
