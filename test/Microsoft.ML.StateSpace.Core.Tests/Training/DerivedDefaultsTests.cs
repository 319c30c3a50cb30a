using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>What is derived where nothing is asked for, and what cannot be derived.</summary>
public class DerivedDefaultsTests
{
    private static readonly DerivedInputs Mean = new() { DifferencesToMean = true };

    [Theory]
    [InlineData(SequenceTask.Classification, true)]
    [InlineData(SequenceTask.Regression, false)]
    [InlineData(SequenceTask.Tagging, false)]
    [InlineData(SequenceTask.SequenceToSequence, false)]
    public void Differences_AreReadForAClassASequence(SequenceTask task, bool differences)
        => Resolved(Options(task)).Should().Be(new DerivedInputs { Differences = differences });

    [Fact]
    public void WhatIsAskedFor_IsDerived()
    {
        Resolved(Options(SequenceTask.Classification) with { DerivedInputs = new() }).Should().Be(new DerivedInputs());
        Resolved(Options(SequenceTask.Regression) with { DerivedInputs = Mean }).Should().Be(Mean);
    }

    [Fact]
    public void TokensAndCertifiedModels_HaveNone_AndSayWhy()
    {
        var tokens = Options(SequenceTask.Classification) with { Inputs = 1, Vocabulary = 5 };
        var certified = Options(SequenceTask.Classification) with
        {
            Architecture = CoreDefinition.All.First(core => core.IsCertified).CreateOptions() with
            {
                Layers = 1, ModelSize = 4, StateSize = 4,
            },
        };
        foreach (var options in (SequenceModelOptions[])[tokens, certified])
        {
            Resolved(options).Should().Be(new DerivedInputs());
            Invoking(() => Fit(options with { DerivedInputs = new() { Differences = true } }, 8))
                .Should().Throw<ArgumentException>().WithMessage("DerivedInputs must be null for*Leave DerivedInputs null*");
        }
    }

    [Fact]
    public void TheMeanSequence_NeedsSequencesOfOneLength()
    {
        var options = Options(SequenceTask.Regression) with { DerivedInputs = Mean };
        var model = Fit(options, 9, 9, 9);
        model.Options.MeanSteps.Should().Be(9);
        model.Parameters["Input.MeanSequence"].Length.Should().Be(18);
        Invoking(() => Fit(options, 9, 9, 8)).Should().Throw<ArgumentException>().WithMessage("*lengths from 8 to 9*");
        Invoking(() => Fit(options with { Task = SequenceTask.SequenceToSequence }, SmallTask.Training with { Window = 4 }, 9, 9))
            .Should().Throw<ArgumentException>().WithMessage("*leave TrainingOptions.Window null*");
    }

    // A channel that rounding moves by one digit differs from its mean, and from itself, by nothing that can be learned.
    [Fact]
    public void WhatRoundingLeavesOfAConstantChannel_StaysSmall()
    {
        var options = Options(SequenceTask.Classification) with { DerivedInputs = new() { Differences = true, DifferencesToMean = true } };
        var data = new SequenceSet(2, TargetLayout.Classes);
        for (int i = 0; i < 20; i++)
        {
            var noise = Draw.Uniform(20, 300 + i);
            float Level(int j) => j == 7 ? MathF.BitIncrement(1000.1f) : 1000.1f;
            data.Add([.. Enumerable.Range(0, 40).Select(j => j % 2 == 0 ? noise[j / 2] : Level(j))], i % 2);
        }
        var model = Trainer.Fit(options, SmallTask.Training with { Epochs = 1 }, data);
        var stage = new SequenceNetwork(model.Options).InputStage;
        float[] rows = new float[20 * stage.Width], encoded = new float[rows.Length];
        stage.Pack(model.Parameters.Values, data.Values(0), 0, rows, new float[stage.StateSize]);
        stage.Forward(model.Parameters.Values, rows, encoded);
        encoded.Where((_, i) => i % 2 == 1).Should().AllSatisfy(value => value.Should().BeInRange(-1e-3f, 1e-3f));
    }

    private static DerivedInputs? Resolved(SequenceModelOptions options) => Fit(options, 8, 8).Options.DerivedInputs;

    private static SequenceModelOptions Options(SequenceTask task)
        => SmallTask.Model with { Task = task, Inputs = 2, Outputs = 2, DerivedInputs = null };

    private static TrainedModel Fit(SequenceModelOptions options, params int[] lengths) => Fit(options, SmallTask.Training, lengths);

    private static TrainedModel Fit(SequenceModelOptions options, TrainingOptions training, params int[] lengths)
        => Trainer.Fit(options, training with { Epochs = 1 }, Models.ModelCases.Data(options, lengths));
}
