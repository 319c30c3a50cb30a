using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The network of a forecaster: what it learns from, and when it counts.</summary>
public class ForecastNetworkTrainingTests
{
    private static readonly float[][] Series = [ForecastCase.Series(600, 1), ForecastCase.Series(400, 2)];

    [Fact]
    public void WhatTheClosedFormCannotSay_IsLearnt_AndBoundsHold()
    {
        var model = ForecastCase.Closed(Series);
        float[] fresh = ForecastCase.Series(400, 9);
        var (closed, _) = ErrorOf(ForecastCase.Forecasts(model, fresh), fresh);
        var network = model.Network = ForecastCase.Train(Series, model);

        network!.Weight.Should().BeGreaterThan(0.5);
        var (error, covered) = ErrorOf(ForecastCase.Forecasts(model, fresh), fresh);
        error.Should().BeLessThan(0.75 * closed);
        covered.Should().BeInRange(0.82, 0.97);
    }

    [Fact]
    public void Training_DoesNotDependOnThreads()
    {
        var model = ForecastCase.Closed(Series);
        var training = ForecastCase.Training;
        var one = ForecastCase.Train(Series, model, training with { Threads = 1 });
        var three = ForecastCase.Train(Series, model, training with { Threads = 3 });

        one!.Weight.Should().BePositive();
        three!.Model.Parameters.Values.ToArray().Should().Equal(one.Model.Parameters.Values.ToArray());
        (three.Weight, three.Units.Length).Should().Be((one.Weight, one.Units.Length));
        three.Offsets.Should().Equal(one.Offsets);
        three.Units.Should().Equal(one.Units);
    }

    [Theory]
    [InlineData("L-BFGS")]
    [InlineData("extended MSA")]
    public void AMethodOfDescent_TrainsIt_AloneOrBehindAdamW(string name)
    {
        var method = DescentCases.Methods[name];
        foreach (TrainingMethod trained in (TrainingMethod[])[method, new PolishOptions { Then = method, Iterations = 5 }])
        {
            TrainedModel? model = null;
            ForecastNetworkTraining.Fit(
                Series, ForecastCase.Closed(Series), ForecastCase.Architecture,
                new TrainingOptions { Seed = 3, Epochs = 5, Threads = 2, Method = trained }, ForecastCase.Confidence,
                (options, how, data, validation) => model = ModelTraining.Fit(options, how, data, validation), warn: null);
            model!.Summary.Epochs.Should().Be(trained is PolishOptions ? 10 : 5);
            var descent = model.Summary.Descent!;
            descent.Iterations.Should().HaveCount(5);
            descent.IsMonotone.Should().BeTrue();
        }
    }

    [Fact]
    public void WhatIsOnlyNoise_KeepsNoNetwork()
    {
        var noise = new Random(4);
        float[] rows = [.. Enumerable.Range(0, 500 * 3).Select(_ => noise.NextSingle())];
        var shape = ForecastCase.Shape;
        ForecastCase.Train([rows], ForecastCase.Closed([rows], shape)).Should().BeNull();
    }

    [Fact]
    public void ShortSeries_KeepNoNetwork_AndSayWhy()
    {
        float[][] series = [ForecastCase.Series(7, 1)];
        string said = "";
        ForecastCase.Train(series, ForecastCase.Closed(series), warn: line => said = line).Should().BeNull();
        said.Should().Contain("too short").And.Contain("closed form stands alone");
    }

    // Too few stretches as long as the horizon are held out to tell whether a network helps.
    [Fact]
    public void AHorizonAsLongAsWhatIsHeldOut_KeepsNoNetwork()
    {
        float[][] series = [ForecastCase.Series(400, 1)];
        var closed = ForecastCase.Closed(series, ForecastCase.Shape with { Horizon = 40 });
        ForecastCase.Train(series, closed, ForecastCase.Training with { Epochs = 5 }).Should().BeNull();
    }

    [Fact]
    public void Examples_AreUnitsFromTheClosedForm_EachInThePartOfItsTarget()
    {
        float[] rows = ForecastCase.Series(100, 6);
        var shape = ForecastCase.Shape;
        var model = ForecastCase.Closed([rows]);
        var examples = new ForecastExamples(model, rows);
        (examples.Learnt, examples.Choosing, examples.Known).Should().Be((80, 90, 100));
        var forecasts = ForecastCase.Forecasts(model, rows)[0];
        var learnt = examples.Targets(100, 0, 80);
        var choosing = examples.Targets(100, 80, 90);
        var state = model.CreateState();
        int known = 0;
        for (int t = 0; t < 100; t++)
        {
            state.Observe(rows.AsSpan(t * shape.Width, shape.Width));
            for (int k = 1; k <= shape.Horizon; k++)
            {
                int place = t * shape.Horizon + k - 1;
                bool isKnown = t + k < 100 && !float.IsNaN(rows[(t + k) * shape.Width]) && state.IsStarted;
                float.IsNaN(learnt[place * 3]).Should().Be(!isKnown || t + k >= 80);
                float.IsNaN(choosing[place * 3]).Should().Be(!isKnown || t + k < 80 || t + k >= 90);
                float.IsNaN(learnt[place * 3 + 1]).Should().BeTrue("it is the width of a bound");
                if (!isKnown || t + k >= 80)
                    continue;
                double off = (rows[(t + k) * shape.Width] - forecasts[place]) / (state.ScaleOf(0) * model.HalfWidths[k - 1]);
                learnt[place * 3].Should().BeApproximately((float)off, 1e-3f);
                known++;
            }
        }
        known.Should().BeGreaterThan(150);
    }

    [Fact]
    public void MoreThanTheBudget_IsRefused()
        => Invoking(() => ForecastCase.Train(Series, ForecastCase.Closed(Series), ForecastCase.Training with { MemoryBudget = 1000 }))
            .Should().Throw<InvalidOperationException>().WithMessage("*3 steps of 1 targets at each of 1000 rows*Raise MemoryBudget*");

    // The mean error of the median in the last rows, and the share of targets between the bounds.
    private static (double Error, double Covered) ErrorOf(float[][] forecasts, float[] rows)
    {
        int width = ForecastCase.Shape.Width, horizon = ForecastCase.Shape.Horizon, count = rows.Length / width;
        double error = 0, covered = 0;
        int known = 0;
        for (int t = 50; t < count - horizon; t++)
        {
            for (int k = 1; k <= horizon; k++)
            {
                float target = rows[(t + k) * width];
                int place = t * horizon + k - 1;
                if (float.IsNaN(target))
                    continue;
                error += Math.Abs(target - forecasts[0][place]);
                covered += target >= forecasts[1][place] && target <= forecasts[2][place] ? 1 : 0;
                known++;
            }
        }
        return (error / known, covered / known);
    }
}
