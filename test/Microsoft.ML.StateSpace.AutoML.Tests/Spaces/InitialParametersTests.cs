using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Spaces;

/// <summary>A sweep whose training begins with given parameters has their architecture.</summary>
public class InitialParametersTests
{
    private static readonly TrainingOptions Training = new() { InitialParameters = SavedParameters.FromFile("any") };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void ASweepOfArchitectures_RefusesThem()
        => Invoking(() => _ml.Auto().SequenceTagging(new SequenceTaggingOptions { Training = Training }))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*InitialParameters*Set Architecture to that of the parameters*");

    [Fact]
    public void ASweepOfTrainings_TakesThem()
        => _ml.Auto().SequenceTagging(new SequenceTaggingOptions
        {
            Training = Training, Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 2 },
        }).Should().NotBeNull();
}
