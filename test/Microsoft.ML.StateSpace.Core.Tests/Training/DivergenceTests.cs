using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class DivergenceTests
{
    [Fact]
    public void Fit_ThrowsWithStepLossAndRemedy_WhenTheRateIsFarTooHigh()
    {
        var error = Invoking(() => Trainer.Fit(SmallTask.Model, SmallTask.Training with { LearningRate = 1e6 }, SmallTask.Data()))
            .Should().ThrowExactly<TrainingDivergedException>().Which;
        error.Step.Should().BeGreaterThan(1);
        (error.Loss < 1e4).Should().BeFalse();
        error.Message.Should().Contain($"step {error.Step}:");
        error.Message.Should().Contain("LearningRate (it was 1E+06");
    }

    [Fact]
    public void Fit_ThrowsAtTheFirstStep_WhenTheDataHoldAnInfinity()
    {
        var data = SmallTask.Data();
        data.Add([1, float.PositiveInfinity, 2], 0);
        var error = Invoking(() => Trainer.Fit(SmallTask.Model, SmallTask.Training, data))
            .Should().ThrowExactly<TrainingDivergedException>().Which;
        error.Step.Should().Be(1);
        double.IsNaN(error.Loss).Should().BeTrue();
    }

    // Six steps an epoch: the step after a ruined one is the first to notice.
    [Theory]
    [InlineData(20, float.NaN)]
    [InlineData(24, float.NaN)] // the last of an epoch: its validation notices
    [InlineData(36, float.NaN)] // the very last
    [InlineData(20, 1e30f)]
    [InlineData(36, 1e30f)]
    public void TheBestEpochBefore_IsReturned_WithAWarning(int ruined, float value)
    {
        var validation = SmallTask.Data(seed: 3);
        List<string> log = [], warnings = [];
        var model = Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { Engine = WatchedEngine.Ruin(ruined, value) }, SmallTask.Data(), validation,
            log.Add, warnings.Add);

        model.Summary.Stop.Should().Be(TrainingStop.Diverged);
        model.Summary.BestEpoch.Should().BeInRange(1, (ruined - 1) / 6);
        model.Summary.Warning.Should().Contain("LearningRate").And.Contain($"epoch {model.Summary.BestEpoch}");
        warnings.Should().Contain(model.Summary.Warning!);
        log.Should().Contain(line => line.Contains("Diverged"));
        SmallTask.Score(model, validation).Loss.Should().Be(model.Summary.ValidationLoss!.Value);
    }

    [Theory]
    [InlineData(20, float.NaN, 21)]
    [InlineData(36, float.NaN, 36)]
    [InlineData(36, 1e30f, 36)]
    public void WithoutValidation_ARuinedModelIsNotHandedOver(int ruined, float value, int noticed)
        => Invoking(
            () => Trainer.Fit(SmallTask.Model, SmallTask.Training with { Engine = WatchedEngine.Ruin(ruined, value) }, SmallTask.Data()))
            .Should().ThrowExactly<TrainingDivergedException>().Which.Step.Should().Be(noticed);

    [Fact]
    public void TheLastEpochBeforeACancellation_IsLookedAtToo()
    {
        using var source = new CancellationTokenSource();
        var training = SmallTask.Training with
        {
            Engine = WatchedEngine.Ruin(12, float.NaN), Cancellation = source.Token,
            Progress = new Reports(report => { if (report.Epoch == 2) source.Cancel(); }),
        };
        Invoking(() => Trainer.Fit(SmallTask.Model, training, SmallTask.Data())).Should().ThrowExactly<TrainingDivergedException>();
    }

    [Fact]
    public void DivergenceInTheFirstEpoch_LeavesNothingToReturn()
        => Invoking(
            () => Trainer.Fit(
                SmallTask.Model, SmallTask.Training with { Engine = WatchedEngine.Ruin(3, float.NaN) }, SmallTask.Data(),
                SmallTask.Data(seed: 3)))
            .Should().ThrowExactly<TrainingDivergedException>().Which.Step.Should().Be(4);

    /// <summary>The loss over a validation set without a weight is 0 / 0, which is no fault of the model.</summary>
    [Fact]
    public void AValidationLossThatIsNoNumber_IsNoDivergence()
    {
        var validation = new SequenceSet(1, TargetLayout.Classes);
        validation.Add([1, 2, 3, 4], 1);
        var model = Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { ClassWeights = [1, 0] }, SmallTask.Data(), validation);

        model.Summary.Stop.Should().Be(TrainingStop.Completed);
        model.Summary.BestEpoch.Should().Be(6);
    }

    [Fact]
    public void EveryCore_WithStepSizesBeyondAllMeasure_IsRefusedOrAnswersNumbers()
    {
        int refused = 0;
        foreach (var core in CoreDefinition.All.Where(core => core.HasStepSizes))
        {
            var architecture = core.WithStepSizes(core.CreateOptions(), 1e300, 1e301) with { Layers = 1, ModelSize = 8 };
            try
            {
                var model = Trainer.Fit(SmallTask.Model with { Architecture = architecture }, SmallTask.Training, SmallTask.Data());
                float[] answer = new float[2];
                new SequencePredictor(model).Predict(Enumerable.Repeat(0.3f, 50).ToArray(), answer);
                answer.Should().OnlyContain(p => float.IsFinite(p), "{0} was handed over", core.Name);
            }
            catch (Exception e) when (e is TrainingDivergedException or ArgumentException)
            {
                e.Message.Should().MatchRegex("StepSize|LearningRate", "of {0}", core.Name);
                refused += e.Message.Contains("StepSizeMaximum") ? 1 : 0;
            }
        }
        refused.Should().BeGreaterThan(0, "some initial values are infinite");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void AModelThatIsNotFinite_IsNotScored(float value)
    {
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 1 }, SmallTask.Data());
        foreach (var parameter in model.Parameters.Parameters)
        {
            var ruined = model with { Parameters = model.Parameters.Clone() };
            ruined.Parameters[parameter.Name][^1] = value;
            Invoking(() => new SequencePredictor(ruined)).Should().ThrowExactly<InvalidOperationException>()
                .Which.Message.Should().Contain($"'{parameter.Name}'");
            Invoking(() => PoleTable.Of(ruined)).Should().ThrowExactly<InvalidOperationException>();
            Invoking(() => GainAnalysis.FindWorstInput(ruined, 10)).Should().ThrowExactly<InvalidOperationException>();
        }
    }
}
