using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class DivergenceTests
{
    [Fact]
    public void Fit_ThrowsWithStepLossAndRemedy_WhenTheRateIsFarTooHigh()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => Trainer.Fit(SmallTask.Model, SmallTask.Training with { LearningRate = 1e6 }, SmallTask.Data()));
        Assert.True(error.Step > 1);
        Assert.False(error.Loss < 1e4);
        Assert.Contains($"step {error.Step}:", error.Message);
        Assert.Contains("LearningRate (it was 1E+06", error.Message);
    }

    [Fact]
    public void Fit_ThrowsAtTheFirstStep_WhenTheDataHoldNaN()
    {
        var data = SmallTask.Data();
        data.Add([1, float.NaN, 2], 0);
        var error = Assert.Throws<TrainingDivergedException>(() => Trainer.Fit(SmallTask.Model, SmallTask.Training, data));
        Assert.Equal(1, error.Step);
        Assert.True(double.IsNaN(error.Loss));
    }
}
