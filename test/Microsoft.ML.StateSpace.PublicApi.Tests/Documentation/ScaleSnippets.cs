using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/scale.md.</summary>
public class ScaleSnippets
{
    [Fact]
    public void ABatch_StepsAllOrSomeOfItsStreams()
    {
        var ml = new MLContext(1);
        var rows = Enumerable.Range(0, 4).Select(i => new Row());
        var transformer = ml.Transforms.StateSpace.SequenceToSequence(
            new() { Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 4 }, Training = new() { Epochs = 1, Seed = 1 } })
            .Fit(ml.Data.LoadFromEnumerable(rows));
        float[] inputs = new float[1000];

        using StreamingBatch batch = transformer.CreateStreamingBatch(1000);
        ReadOnlySpan<float> answers = batch.Step(inputs);               // (1000, inputs) to (1000, outputs)
        ReadOnlySpan<float> some = batch.StepSome([3, 17], [0.5f, 1f]); // the others wait
        int added = batch.Add();                                        // a stream more, at its start

        batch.GetSteps(3).Should().Be(2);
        batch.GetSteps(4).Should().Be(1);
        added.Should().Be(1000);
        (answers.Length, some.Length).Should().Be((1000, 2));
    }

    private sealed class Row
    {
        [VectorType(20)]
        public float[] Input { get; init; } = [.. Enumerable.Range(0, 20).Select(t => MathF.Sin(t))];

        [VectorType(20)]
        public float[] Target { get; init; } = [.. Enumerable.Range(0, 20).Select(t => MathF.Cos(t))];
    }
}
