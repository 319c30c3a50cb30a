using ArchitectureZoo.Tasks;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>
/// What architectures are for, on tasks of samples/ArchitectureZoo with its budget: the contrast that a bound states is the claim, not the number that was measured;
/// docs/architectures.md has those.
/// </summary>
[Trait("Kind", "Accuracy")]
public sealed class SyntheticTaskTests
{
    private static readonly S6Options Selective = new() { Layers = 2, ModelSize = 32 };
    private static readonly LruOptions TimeInvariant = new() { Layers = 2, ModelSize = 32 };

    [Fact]
    public void SelectiveCopy_IsSolvedByS6() => Assert.InRange(Score(new SelectiveCopy(), Selective), 0.95, 1);

    [Fact]
    public void SelectiveCopy_IsNotSolvedByTheLru() => Assert.InRange(Score(new SelectiveCopy(), TimeInvariant), 0, 0.65);

    [Fact]
    public void Delay_IsSolvedByTheLru() => Assert.InRange(Score(new Delay(), TimeInvariant), 85, 100);

    [Fact]
    public void Adding_IsSolvedByTheLru() => Assert.InRange(Score(new Adding(), TimeInvariant, new Budget { Steps = 3000 }), 0, 0.01);

    private static double Score(ZooTask task, ArchitectureOptions architecture, Budget? budget = null)
        => task.Run(new MLContext(seed: 1), architecture, budget ?? new()).Scores[0];
}
