using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/tables.md. A test of Core holds that every block stands here, word for word.</summary>
public class TableSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void AFileOfReadings_BecomesPredictions()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.csv"), zip = path + ".zip";
        File.WriteAllLines(path, ["Machine,Time,Pressure,Flow,Fault", .. Enumerable.Range(0, 96).Select(Line)]);
        try
        {
            IDataView table = mlContext.Data.LoadFromTextFile(path,
            [
                new("Machine", DataKind.String, 0), new("Time", DataKind.DateTime, 1), new("Pressure", DataKind.Single, 2),
                new("Flow", DataKind.Single, 3), new("Fault", DataKind.String, 4),
            ], separatorChar: ',', hasHeader: true);

            var pipeline = mlContext.Transforms.StateSpace.ToSequences("Machine", ["Pressure", "Flow"], labelColumnName: "Fault")
                .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
                .Append(mlContext.MulticlassClassification.Trainers.StateSpace())
                .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

            ITransformer model = pipeline.Fit(table);
            mlContext.Model.Save(model, table.Schema, zip);        // one file, from the table to the answer
            IDataView answers = model.Transform(table);            // a row a machine: Machine, FirstRow, LastRow, PredictedLabel, Score

            answers.GetColumn<string>("PredictedLabel").Should().HaveCount(12);
            mlContext.Model.Load(zip, out _).Transform(table).GetColumn<string>("PredictedLabel")
                .Should().Equal(answers.GetColumn<string>("PredictedLabel"));
        }
        finally
        {
            File.Delete(path);
            File.Delete(zip);
        }
    }

    [Fact]
    public void Windows_AreCutAndComeBack()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(i => new Reading
        {
            Engine = $"e{i / 100}", Cycle = i % 100, Temperature = i % 100 + i % 7, Pressure = i % 5, Remaining = 99 - i % 100,
        }));

        var options = new WindowOptions
        {
            GroupColumnName = "Engine",
            OrderColumnName = "Cycle",                       // rows out of order are an error, or are sorted with SortsRows
            FeatureColumnNames = ["Temperature", "Pressure"],
            LabelColumnNames = ["Remaining"],                // of the last row of a window, or Horizon rows later
            Length = 30,
            Stride = 5,
        };
        IDataView windows = mlContext.Data.ToWindows(table, options);

        var parts = mlContext.Data.TrainTestSplit(windows, testFraction: 0.25, samplingKeyColumnName: "Engine");
        var model = mlContext.Regression.Trainers.StateSpace().Fit(parts.TrainSet);

        IDataView newest = mlContext.Data.ToWindows(table, options with { LastOnly = true });  // one window an engine: predict now
        IDataView now = model.Transform(newest);

        IDataView rows = mlContext.Data.FromSequences(model.Transform(windows), table, options, "Score");

        parts.TrainSet.GetColumn<string>("Engine").Should().NotIntersectWith(parts.TestSet.GetColumn<string>("Engine"));
        now.GetColumn<float>("Score").Should().HaveCount(4);
        rows.GetColumn<float>("Score").Count(float.IsFinite).Should().Be(4 * 15);
    }

    private static string Line(int row)
        => FormattableString.Invariant(
            $"m{row / 8},2024-01-01 {row % 8:d2}:00:00,{(row / 8 % 2 * 3) + (row % 3)},{row % 5},{(row / 8 % 2 == 0 ? "none" : "leak")}");

    private sealed class Reading
    {
        public string Engine { get; set; } = "";

        public float Cycle { get; set; }

        public float Temperature { get; set; }

        public float Pressure { get; set; }

        public float Remaining { get; set; }
    }
}
