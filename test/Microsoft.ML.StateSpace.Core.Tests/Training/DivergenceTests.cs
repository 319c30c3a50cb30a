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
    public void Fit_ThrowsAtTheFirstStep_WhenTheDataHoldNaN()
    {
        var data = SmallTask.Data();
        data.Add([1, float.NaN, 2], 0);
        var error = Invoking(() => Trainer.Fit(SmallTask.Model, SmallTask.Training, data))
            .Should().ThrowExactly<TrainingDivergedException>().Which;
        error.Step.Should().Be(1);
        double.IsNaN(error.Loss).Should().BeTrue();
    }
}
