namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The code of docs/architectures.md about the complex RG-LRU.</summary>
public class RgLruSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void States_MayBeComplex()
    {
        var oscillating = new RgLruOptions { Complex = true, PhaseMaximum = 1 };   // up to 1 radian a step of an open gate

        mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = oscillating }).Should().NotBeNull();
    }
}
