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
