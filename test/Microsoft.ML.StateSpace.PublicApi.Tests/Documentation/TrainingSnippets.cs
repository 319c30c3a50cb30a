using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/training.md. A test of Core holds that every block stands here, word for word.</summary>
public class TrainingSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void ANetwork_IsTrainedByLbfgs()
    {
        IDataView train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(1, 6).Select(Record));

        SequenceToSequenceTransformer model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 1, ModelSize = 4, StateSize = 4, Scaffold = new LinearScaffold() },
            Training = new() { Method = new LbfgsOptions() },
        }).Fit(train);

        Descent descent = model.Summary.Descent!;
        Console.WriteLine($"{model.Summary.Stop} after {descent.Iterations.Count} iterations");
        double last = descent.Iterations[^1].Objective;
        Console.WriteLine($"objective {descent.InitialObjective:g4} -> {last:g4}, monotone: {descent.IsMonotone}");

        descent.IsMonotone.Should().BeTrue();
        last.Should().BeLessThan(1e-3 * descent.InitialObjective);
    }

    [Fact]
    public void ANetwork_IsPolished()
    {
        IDataView train = mlContext.Data.LoadFromEnumerable(Enumerable.Range(1, 6).Select(Record));
        var options = new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 1, ModelSize = 4, StateSize = 4, Scaffold = new LinearScaffold() },
            Training = new()
            {
                Epochs = 200,                                                             // of AdamW
                Method = new PolishOptions { Then = new LevenbergMarquardtOptions(), Iterations = 50 },
            },
        };
        mlContext.Transforms.StateSpace.SequenceToSequence(options).Fit(train).Summary.Descent!.IsMonotone.Should().BeTrue();
    }

    // A first-order plant without noise.
    private static PlantRecord Record(int seed)
    {
        var random = new Random(seed);
        var record = new PlantRecord { Input = new float[50], Target = new float[50] };
        for (int t = 0; t < 50; t++)
        {
            record.Input[t] = random.NextSingle() - 0.5f;
            record.Target[t] = (t > 0 ? 0.9f * record.Target[t - 1] : 0) + record.Input[t];
        }
        return record;
    }

    public class PlantRecord
    {
        [VectorType(0, 1)]
        public float[] Input { get; set; } = [];

        [VectorType(0, 1)]
        public float[] Target { get; set; } = [];
    }
}
