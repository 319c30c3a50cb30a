namespace Microsoft.ML.StateSpace.PublicApi.Tests.Programs;

/// <summary>Users of other languages: the programs of test/Languages, compiled with this suite and run here.</summary>
public class LanguageTests
{
    [Fact]
    public void FSharp_FitsSavesAndLoads() => FSharp.Program.fitSaveLoad().Should().Be(1);

    [Fact]
    public void FSharp_Streams() => float.IsFinite(FSharp.Program.stream()).Should().BeTrue();

    [Fact]
    public void VisualBasic_FitsSavesAndLoads() => VisualBasic.Program.FitSaveLoad().Should().Be(1);

    [Fact]
    public void VisualBasic_Streams() => float.IsFinite(VisualBasic.Program.Stream()).Should().BeTrue();

    [Fact]
    public void Method_IsTheProperty()
    {
        var transforms = new MLContext(seed: 1).Transforms;

        transforms.StateSpaceCatalog().Should().BeOfType(transforms.StateSpace.GetType());
    }
}
