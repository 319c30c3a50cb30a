namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>
/// The block of C# about successive approximations in docs/optimal-control.md. A test of Core holds that it stands here, word for word.
/// </summary>
public class MsaSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void AMethod_IsNamed_AndItsDescentIsLogged()
    {
        var random = new Random(1);
        float[][] inputs = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 40).Select(_ => random.NextSingle()).ToArray())];
        IDataView train = mlContext.Data.LoadFromEnumerable(inputs.Select(input => new Record
        {
            Input = input, Target = [.. input.Select((u, t) => u + (t > 0 ? 0.5f * input[t - 1] : 0))],
        }));

        SequenceToSequenceTransformer model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 1, Scaffold = new LinearScaffold(), Bidirectional = false },
            Training = new() { Method = new ExtendedMsaOptions(), Epochs = 300 },
        }).Fit(train);
        Descent descent = model.Summary.Descent!;
        Console.WriteLine($"J from {descent.InitialObjective:g3} to {descent.Iterations[^1].Objective:g3}, never up: {descent.IsMonotone}");

        descent.IsMonotone.Should().BeTrue();
        descent.Iterations[^1].Objective.Should().BeLessThan(0.2 * descent.InitialObjective);
    }

    private sealed class Record
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
