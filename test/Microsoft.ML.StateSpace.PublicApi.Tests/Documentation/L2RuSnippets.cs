namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The code of docs/architectures.md about certified models with trained gains.</summary>
public class L2RuSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void Gains_MayBeTrained()
    {
        var within = new L2RuOptions { Gain = 4, CoreGain = CoreGain.Balanced };   // the whole amplifies at most fourfold
        var learnt = new L2RuOptions { Gain = 1, CoreGain = CoreGain.Free };       // starts within 1; the certificate states what it became

        foreach (var architecture in new[] { within, learnt })
            mlContext.Transforms.StateSpace.SequenceToSequence(new() { Architecture = architecture }).Should().NotBeNull();
    }
}
