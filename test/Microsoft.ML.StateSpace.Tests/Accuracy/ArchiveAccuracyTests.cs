using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>
/// What a user gets who sets nothing: default options on data sets of the UCR/UEA archive with their own split, one seed.
/// A bound is what the project promises, not what was measured; the measured values are in docs/defaults.md.
/// </summary>
[Trait("Kind", "Accuracy")]
public sealed class ArchiveAccuracyTests
{
    [SharedDataFact("italypowerdemand")]
    public void ItalyPowerDemand_Reaches94Percent() => Reaches("ItalyPowerDemand", 0.94);

    [SharedDataFact("gunpoint")]
    public void GunPoint_Reaches90Percent() => Reaches("GunPoint", 0.90);

    [SharedDataFact("syntheticcontrol")]
    public void SyntheticControl_Reaches95Percent() => Reaches("SyntheticControl", 0.95);

    [SharedDataFact("basicmotions")]
    public void BasicMotions_Reaches90Percent() => Reaches("BasicMotions", 0.90);

    [SharedDataFact("japanesevowels")]
    public void JapaneseVowels_Reaches95Percent() => Reaches("JapaneseVowels", 0.95);

    // It has missing values.
    [SharedDataFact("archive")]
    public void DodgerLoopWeekend_Reaches90Percent() => Reaches("DodgerLoopWeekend", 0.90, Path.Combine("archive", "DodgerLoopWeekend"));

    private static void Reaches(string set, double accuracy, string? folder = null)
    {
        var mlContext = new MLContext(seed: 1);
        var train = mlContext.Data.LoadFromTsFile(SharedData.Path(folder ?? set.ToLowerInvariant(), $"{set}_TRAIN.ts"));
        var test = mlContext.Data.LoadFromTsFile(SharedData.Path(folder ?? set.ToLowerInvariant(), $"{set}_TEST.ts"));

        var model = mlContext.MulticlassClassification.Trainers.StateSpace().Fit(train);

        mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy.Should().BeInRange(accuracy, 1);
    }
}
