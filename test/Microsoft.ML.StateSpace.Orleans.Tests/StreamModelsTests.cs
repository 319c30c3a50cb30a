using Microsoft.ML.StateSpace.Grains.Tests.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests;

public sealed class StreamModelsTests
{
    [Fact]
    public void Set_OfAPipeline_TakesItsOneStepThatStreams()
        => Invoking(() => new StreamModels().Set("a", new MLContext().Transforms.CopyColumns("B", "A").Fit(Empty())))
            .Should().Throw<ArgumentException>().WithMessage("*this pipeline has 0*");

    [Fact]
    public void Set_OfANameWithASlash_IsRefused()
        => Invoking(() => new StreamModels().Set("a/b", FittedModels.First)).Should().Throw<ArgumentException>().WithMessage("*'a/b' has*");

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, -1)]
    public void Options_OutOfRange_AreRefused(int steps, int seconds, int replay)
        => Invoking(() => new StreamOptions
        {
            KeepEverySteps = steps, KeepEvery = TimeSpan.FromSeconds(seconds), ReplaySteps = replay,
        }.Validate()).Should().Throw<ArgumentOutOfRangeException>();

    private static IDataView Empty() => new MLContext().Data.LoadFromEnumerable([new Row()]);

    private sealed class Row
    {
        public float A { get; init; }
    }
}
