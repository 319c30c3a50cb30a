namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The code of docs/architectures.md about the scaffold H3.</summary>
public class H3Snippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void H3_TakesHeads()
    {
        var architecture = new S4DOptions
        {
            ModelSize = 64, StateSize = 16, Bidirectional = false,
            Scaffold = new H3Scaffold { ShiftSize = 64, HeadSize = 8 },   // 8 heads of 8 channels; left out, HeadSize is 1
        };

        mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = architecture }).Should().NotBeNull();
    }
}
