using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>
/// The blocks of C# in README.md, compiled and run as a user would. The first block is not here: it is the text of
/// samples/SequenceClassification, which the tests of the packages run. A test of Core holds that every block stands here or there,
/// word for word.
/// </summary>
public class ReadmeSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void Options_SetTheNetworkAndTheTraining()
    {
        var estimator = mlContext.Transforms.StateSpace.SequenceClassification(new()
        {
            Architecture = new LruOptions { Layers = 4, ModelSize = 32, Bidirectional = false },
            Training = new() { Epochs = 50, ClassWeights = [1, 5], Seed = 7 },
        });

        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Slope(i % 2 == 0 ? 1 : -1)).ToList());
        var scored = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(estimator).Fit(rows).Transform(rows);
        mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy.Should().Be(1);
    }

    [Fact]
    public void Stream_StepsAndKeepsItsState()
    {
        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new Record(i)).ToList());
        var transformer = mlContext.Transforms.StateSpace.SequenceToSequence(new()
        {
            InputColumnName = "Voltage",
            TargetColumnName = "Level",
            OutputColumnName = "Simulated",
            Architecture = new S5Options { Layers = 1, ModelSize = 8, StateSize = 4 },
            Training = new() { Epochs = 2 },
        }).Fit(rows);
        const float pumpVoltage = 3;

        var engine = transformer.CreateStreamingEngine();     // one engine a stream; all share the model's parameters
        float level = engine.Step([pumpVoltage])[0];          // a step; engine.Reset() starts a new sequence
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);                               // with which SetState of another engine goes on

        float next = engine.Step([pumpVoltage])[0];
        var another = transformer.CreateStreamingEngine();
        another.SetState(state);
        another.Step([pumpVoltage])[0].Should().Be(next).And.NotBe(level);
    }

    [Fact]
    public void ACsv_BecomesAPrediction()
    {
        string folder = Directory.CreateTempSubdirectory("state-space-").FullName, before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        try
        {
            File.WriteAllLines("pumps.csv", ["Pump,Time,Pressure,Flow,Wear", .. Enumerable.Range(0, 240).Select(Line)]);

            IDataView table = mlContext.Data.LoadFromTextFile("pumps.csv",
            [
                new("Pump", DataKind.String, 0), new("Time", DataKind.DateTime, 1), new("Pressure", DataKind.Single, 2),
                new("Flow", DataKind.Single, 3), new("Wear", DataKind.Single, 4),
            ], separatorChar: ',', hasHeader: true);

            var windows = new WindowOptions
            {
                GroupColumnName = "Pump", OrderColumnName = "Time", FeatureColumnNames = ["Pressure", "Flow"], LabelColumnNames = ["Wear"],
                Length = 20,
            };
            var pipeline = mlContext.Transforms.StateSpace.ToWindows(windows).Append(mlContext.Regression.Trainers.StateSpace());
            ITransformer model = pipeline.Fit(table);
            mlContext.Model.Save(model, table.Schema, "wear.zip");

            // In another program: from the rows of a table to the wear of each pump, now and after every reading.
            ITransformer loaded = mlContext.Model.Load("wear.zip", out _);
            IDataView answers = loaded.Transform(table);                                               // a row a window: Pump, Score
            IDataView rows = mlContext.Data.FromSequences(answers, table, windows, "Score");           // a row a reading, with its Score

            answers.GetColumn<string>("Pump").Should().HaveCount(4 * 41);
            mlContext.Regression.Evaluate(answers, "Label").RSquared.Should().BeGreaterThan(0.9);
            rows.GetColumn<float>("Score").Count(float.IsNaN).Should().Be(4 * 19, "the first readings of a pump end no window");
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    // The pressure falls with the wear.
    private static string Line(int row)
    {
        double pressure = 5 - 0.04 * (row % 60) + 0.1 * Math.Sin(row);
        return FormattableString.Invariant(
            $"pump {row / 60},{new DateTime(2026, 1, 1).AddMinutes(row):s},{pressure},{row % 7},{row % 60}");
    }

    private sealed class Slope(int slope)
    {
        [VectorType(8)]
        public float[] Features { get; } = [.. Enumerable.Range(0, 8).Select(t => (float)slope * t)];

        public string Label { get; } = slope > 0 ? "rising" : "falling";
    }

    /// <summary>A level that follows a voltage slowly.</summary>
    private sealed class Record
    {
        public Record(int seed)
        {
            var random = new Random(seed);
            float level = 0;
            for (int t = 0; t < 16; t++)
            {
                Voltage[t] = random.NextSingle();
                Level[t] = level += 0.3f * (Voltage[t] - level);
            }
        }

        [VectorType(16)]
        public float[] Voltage { get; } = new float[16];

        [VectorType(16)]
        public float[] Level { get; } = new float[16];
    }
}
