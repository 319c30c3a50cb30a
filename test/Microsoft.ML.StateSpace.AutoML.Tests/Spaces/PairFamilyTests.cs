using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Spaces;

/// <summary>A sweep over rows that hold pairs of sequences takes networks alone.</summary>
public class PairFamilyTests
{
    private static readonly BinarySequenceClassificationOptions Pairs = new() { SecondFeatureColumnName = "Second" };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void ABank_IsRefusedBeforeTheSweep()
        => Invoking(() => _ml.Auto().BinarySequenceClassification(
                Pairs, families: [SequenceFamily.Of<S5Options>(), SequenceFamily.Of<StateSpaceBankOptions>()]))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Choose a network as the Architecture*");

    [Fact]
    public void Networks_AreSwept()
        => _ml.Auto().BinarySequenceClassification(Pairs, families: [SequenceFamily.Of<S5Options>(), SequenceFamily.Of<LruOptions>()])
            .Should().NotBeNull();
}
