using Microsoft.ML.StateSpace.Accuracy.Methods;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Methods;

public sealed class SpendingTests
{
    private static readonly PassCount s_count = new(Jacobian: 41, HasReadOut: true, HasInnerSteps: false);
    private readonly List<(int Epochs, int Iterations)> _asked = [];

    [Fact]
    public void AdamW_TakesTwoPassesAnEpoch()
    {
        Within(new("AdamW", null, 1), 600, 10).Should().Equal(300, 5);
        _asked.Should().Equal((300, 0), (5, 0));
    }

    [Fact]
    public void Descent_IsMadeOnceMore_WithTheIterationsThatThereWasRoomFor()
    {
        // Every iteration rejects one trial, so it takes four passes behind the two of the first gradient.
        Within(new("L-BFGS", new LbfgsOptions()), 102, 30, 5).Should().Equal(25, 7, null);
        _asked.Should().Equal((0, 50), (0, 25), (0, 7));
    }

    [Fact]
    public void Polish_TakesTheSecondHalf_AndLeavesOutWhatHasNoRoom()
    {
        Within(new("both", new LevenbergMarquardtOptions(), 0.5), 200, 60).Should().Equal(50 + 2, null);
        _asked.Should().Equal((50, 2));
    }

    // The epochs and iterations of what was kept.
    private List<int?> Within(Way way, params int[] passes)
    {
        var spending = new Spending(way, new Learner(Fit, s_count));
        return [.. passes.Select(n => spending.Within(n)?.Course.Count)];
    }

    private Learnt Fit(TrainingOptions training)
    {
        var polish = training.Method as PolishOptions;
        int iterations = training.Method is null ? 0 : polish?.Iterations ?? training.Epochs!.Value;
        int epochs = training.Method is null || polish is not null ? training.Epochs!.Value : 0;
        _asked.Add((epochs, iterations));
        for (int epoch = 1; epoch <= epochs + iterations; epoch++)
            training.Progress!.Report(Progress(epoch));
        var step = new DescentIteration { Objective = 1, Step = 1, Penalty = 1, Rejections = 1, Residual = 1 };
        return new(
            new TrainingSummary
            {
                Options = training, Epochs = epochs + iterations, BestEpoch = 1, Stop = TrainingStop.Completed, Duration = TimeSpan.Zero,
                ParameterCount = 1,
                Descent = iterations == 0 ? null
                    : new() { InitialObjective = 1, InitialResidual = 1, Iterations = [.. Enumerable.Repeat(step, iterations)] },
            },
            () => 0);
    }

    private static TrainingProgress Progress(int epoch) => new()
    {
        Epoch = epoch, Epochs = epoch, TrainingLoss = 1, ValidationLoss = double.NaN, MetricName = "", ValidationMetric = double.NaN,
        IsBest = true, SequencesPerSecond = 1, Elapsed = TimeSpan.Zero, Remaining = TimeSpan.Zero,
    };
}
