using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Banks that answer every time step, from sequences to a trained model.</summary>
public class StepBankTrainingTests
{
    private static readonly TrainingOptions Once = new() { Seed = 3, Threads = 1 };

    [Theory]
    [InlineData(SequenceTask.SequenceToSequence)]
    [InlineData(SequenceTask.Tagging)]
    public void Fit_HasTheSameBits_ForAnyNumberOfThreads(SequenceTask task)
    {
        float[] Bits(int threads)
            => Fit(Options(task, 2, filters: 100), Once with { Threads = threads }, Data(task, 8)).Parameters.Values.ToArray();
        Bits(3).Should().BeBitwise(Bits(1));
    }

    [Fact]
    public void Fit_WithIntervals_HasTheSameBits_ForAnyNumberOfThreads()
    {
        float[] Bits(int threads) => Fit(Timed, Once with { Threads = threads }, Irregular(6)).Parameters.Values.ToArray();
        Bits(3).Should().BeBitwise(Bits(1));
    }

    [Fact]
    public void APlantThatIsSampledIrregularly_NeedsTheIntervals()
    {
        SequenceSet data = Irregular(6), test = Irregular(3, seed: 50), untimed = Irregular(6, hasIntervals: false);
        double timed = Error(Fit(Timed, Once, data), test), without = Error(Fit(Timed with { HasIntervals = false }, Once, untimed), test);
        timed.Should().BeLessThan(0.05 * without);
    }

    [Fact]
    public void TheUnitOfTime_ChangesNoAnswer()
    {
        SequenceSet test = Irregular(1, seed: 50), scaled = Irregular(1, seed: 50, unit: 16);
        float[] answer = Answer(Fit(Timed, Once, Irregular(6)), test), other = Answer(Fit(Timed, Once, Irregular(6, unit: 16)), scaled);
        other.Should().BeNear(answer.ToDouble(), 1e-2, "only rounding differs");
    }

    [Fact]
    public void AValueThatFollowsFromTheFuture_NeedsBothWays()
    {
        SequenceSet Ahead(int count, int seed)
        {
            var data = new SequenceSet(1, TargetLayout.StepValues(1));
            for (int i = 0; i < count; i++)
            {
                float[] values = Draw.Uniform(150 + 20 * i, -2, 2, seed + i), targets = new float[values.Length];
                for (int t = values.Length - 2; t >= 0; t--)
                    targets[t] = 0.8f * targets[t + 1] + values[t + 1];
                data.Add(values, targets);
            }
            return data;
        }
        double Of(bool bothWays) => Error(
            Fit(
                Options(SequenceTask.SequenceToSequence, 1, 30) with
                {
                    Inputs = 1, Architecture = new StateSpaceBankOptions { Filters = 30, Bidirectional = bothWays },
                },
                Once, Ahead(8, 0)),
            Ahead(3, 40));
        Of(true).Should().BeLessThan(0.02 * Of(false));
    }

    [Theory]
    [InlineData(SequenceTask.Tagging, true)]
    [InlineData(SequenceTask.SequenceToSequence, false)]
    public void Resolve_ReadsBothWays_ForTagsAlone(SequenceTask task, bool expected)
        => ModelTraining.Resolve(Options(task, 1, 10), Data(task, 3)).Architecture.ReadsBothWays.Should().Be(expected);

    [Fact]
    public void Tagging_LearnsWhichLevelALaggedInputHas_AndItsProbabilitiesAreCalibrated()
    {
        var model = Fit(Options(SequenceTask.Tagging, 2, filters: 30), Once, Data(SequenceTask.Tagging, 30));
        var test = Data(SequenceTask.Tagging, 20, seed: 900);
        var (accuracy, confidence) = Judge(model, test);

        accuracy.Should().BeGreaterThan(0.95);
        confidence.Should().BeInRange(accuracy - 0.05, accuracy + 0.05);
        model.Summary.ValidationMetric.Should().BeInRange(accuracy - 0.05, accuracy + 0.05);
    }

    [Fact]
    public void UnknownClasses_CountNowhere()
    {
        var known = Data(SequenceTask.Tagging, 10);
        var more = Data(SequenceTask.Tagging, 10);
        more.AddClasses(Draw.Uniform(60, -2, 2, 5), [.. Enumerable.Repeat(TargetLayout.NoClass, 30)]);
        var (accuracy, _) = Judge(Fit(Options(SequenceTask.Tagging, 2, 30), Once, more), known);
        accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Washout_LeavesTheFirstStepsOut()
    {
        SequenceSet Broken(float wrong)
        {
            var data = new SequenceSet(2, TargetLayout.StepValues(1));
            for (int i = 0; i < 6; i++)
            {
                float[] values = Draw.Uniform(80, -2, 2, i), targets = Lagged(values);
                targets.AsSpan(0, 10).Fill(wrong);
                data.Add(values, targets);
            }
            return data;
        }
        var options = Options(SequenceTask.SequenceToSequence, 1, 10);
        float[] washed = Answer(Fit(options, Once with { Washout = 10 }, Broken(1000)), 200),
            counted = Answer(Fit(options, Once, Broken(1000)), 200), expected = Lagged(Draw.Uniform(400, -2, 2, 77));
        Error(washed, expected).Should().BeLessThan(0.01 * Error(counted, expected));
    }

    [Fact]
    public void OutputsThatAreMeasuredAtDifferentTimes_AreBothLearnt()
    {
        var data = new SequenceSet(2, TargetLayout.StepValues(2));
        for (int i = 0; i < 6; i++)
        {
            float[] values = Draw.Uniform(160, -2, 2, i), lagged = Lagged(values);
            // The first output is known at even steps, the second, which is -3 times it, at odd ones.
            data.Add(values, [.. lagged.SelectMany((y, t) => t % 2 == 0 ? new[] { y, float.NaN } : [float.NaN, -3 * y])]);
        }
        float[] answer = Answer(Fit(Options(SequenceTask.SequenceToSequence, 2, 20), Once, data), 200);
        float[] expected = Lagged(Draw.Uniform(400, -2, 2, 77));
        Error([.. answer.Where((_, j) => j % 2 == 0)], expected).Should().BeLessThan(1e-2);
        Error([.. answer.Where((_, j) => j % 2 == 1)], [.. expected.Select(y => -3 * y)]).Should().BeLessThan(9e-2);
    }

    [Fact]
    public void ClassWeights_MoveTheAnswersToTheHeavyClass()
    {
        // The classes do not follow from the input, so the weights decide alone.
        var data = new SequenceSet(2, TargetLayout.Of(SequenceTask.Tagging, 2));
        for (int i = 0; i < 8; i++)
            data.AddClasses(Draw.Uniform(100, -2, 2, i), [.. Enumerable.Range(0, 50).Select(t => t * 7 % 5 < 3 ? 0 : 1)]);
        int Ones(IReadOnlyList<double>? weights)
        {
            float[] answer = Answer(Fit(Options(SequenceTask.Tagging, 2, 4), Once with { ClassWeights = weights }, data), 100);
            return Enumerable.Range(0, 100).Count(t => answer[2 * t + 1] > answer[2 * t]);
        }
        Ones(null).Should().BeLessThan(50);
        Ones([1, 20]).Should().Be(100);
    }

    [Fact]
    public void Predict_InWindows_HasTheBitsOfTheWhole()
    {
        var model = Fit(Options(SequenceTask.SequenceToSequence, 1, 100), Once, Data(SequenceTask.SequenceToSequence, 6));
        float[] values = Draw.Uniform(2 * 700, -2, 2, 1), whole = new float[700], windows = new float[700];
        new SequencePredictor(model, 1 << 20).Predict(values, whole);
        foreach (int rows in new[] { 64, 128, 192 })
        {
            new SequencePredictor(model, rows).Predict(values, windows);
            windows.Should().BeBitwise(whole, $"windows of {rows}");
        }
    }

    [Fact]
    public void Resolve_SaysWhatAFitChooses()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add([.. Enumerable.Range(0, 120).Select(t => MathF.Sin(t))], [.. Enumerable.Range(0, 120).Select(t => MathF.Cos(t))]);
        var options = Options(SequenceTask.SequenceToSequence, 1, null) with { Inputs = 1 };
        var resolved = ModelTraining.Resolve(options, data);
        var bank = resolved.Architecture.Should().BeOfType<StateSpaceBankOptions>().Which;
        bank.Bidirectional.Should().BeFalse();
        // Whether there is feedback follows from the fit alone.
        bank.FeedbackLags.Should().BeNull();
        (resolved with { Architecture = bank with { FeedbackLags = 0 } })
            .Should().Be(ModelTraining.Fit(options, new TrainingOptions { Seed = 1 }, data).Options);
    }

    [Fact]
    public void Defaults_ChooseFewerBanksForMoreRows()
    {
        int Filters(int steps)
        {
            var data = new SequenceSet(1, TargetLayout.StepValues(1));
            data.Add(new float[steps], new float[steps]);
            var options = Options(SequenceTask.SequenceToSequence, 1, null) with { Inputs = 1 };
            return ((StateSpaceBankOptions)BankDefaults.Resolve(options, data).Architecture).Filters!.Value;
        }
        Filters(100).Should().BeGreaterThan(Filters(500_000)).And.BeLessThanOrEqualTo(1000);
        Filters(500_000).Should().BeGreaterThan(Filters(5_000_000));
    }

    [Fact]
    public void WithoutAKnownTarget_NothingIsFitted()
        => Invoking(() => Fit(
                Options(SequenceTask.SequenceToSequence, 1, 10), Once with { Washout = 1000 }, Data(SequenceTask.SequenceToSequence, 3)))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("None of the targets of the training sequences counts*");

    private static SequenceModelOptions Timed
        => Options(SequenceTask.SequenceToSequence, 1, 30) with { Inputs = 1, HasIntervals = true };

    // A first-order plant whose input is held over each interval, with a static nonlinearity behind it.
    private static SequenceSet Irregular(int count, int seed = 0, float unit = 1, bool hasIntervals = true)
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1), hasIntervals);
        for (int i = 0; i < count; i++)
        {
            int length = 150 + 20 * i;
            float[] values = Draw.Uniform(length, -2, 2, seed + i), intervals = Draw.Uniform(length, 0.1, 8, seed + i + 1000);
            float level = 0;
            float[] targets = [.. values.Select((u, t) => MathF.Tanh(level += (1 - MathF.Exp(-0.2f * intervals[t])) * (u - level)))];
            data.Add(values, targets, hasIntervals ? Array.ConvertAll(intervals, interval => unit * interval) : null);
        }
        return data;
    }

    // Sequences of different lengths: the target is a lag of the first channel, or whether it is above 0.
    private static SequenceSet Data(SequenceTask task, int count, int seed = 0)
    {
        int outputs = task == SequenceTask.Tagging ? 2 : 1;
        var data = new SequenceSet(2, TargetLayout.Of(task, outputs));
        for (int i = 0; i < count; i++)
        {
            float[] values = Draw.Uniform(2 * (30 + 7 * i % 40), -2, 2, seed + i), lagged = Lagged(values);
            if (task == SequenceTask.Tagging)
                data.AddClasses(values, [.. lagged.Select(y => y > 0 ? 1 : 0)]);
            else
                data.Add(values, lagged);
        }
        return data;
    }

    private static float[] Lagged(float[] values)
    {
        float y = 0;
        return [.. Enumerable.Range(0, values.Length / 2).Select(t => y = 0.8f * y + values[2 * t])];
    }

    private static SequenceModelOptions Options(SequenceTask task, int outputs, int? filters)
        => new()
        {
            Task = task, Inputs = 2, Outputs = task == SequenceTask.Tagging ? 2 : outputs,
            Architecture = new StateSpaceBankOptions { Filters = filters },
        };

    private static TrainedModel Fit(SequenceModelOptions options, TrainingOptions training, SequenceSet data)
        => ModelTraining.Fit(
            data.Targets.Kind == TargetKind.Value ? options with { Outputs = data.Targets.Width } : options, training, data);

    private static float[] Answer(TrainedModel model, int length)
    {
        var predictor = new SequencePredictor(model);
        float[] answer = new float[predictor.OutputLength(length)];
        predictor.Predict(Draw.Uniform(2 * length, -2, 2, 77), answer);
        return answer;
    }

    private static float[] Answer(TrainedModel model, SequenceSet data, int index = 0)
    {
        var predictor = new SequencePredictor(model);
        float[] answer = new float[predictor.OutputLength(data.Length(index))];
        predictor.Predict(data.Values(index), model.Options.HasIntervals ? data.Intervals(index) : [], answer);
        return answer;
    }

    private static double Error(TrainedModel model, SequenceSet data)
        => Enumerable.Range(0, data.Count).Average(i => Error(Answer(model, data, i), data.TargetsOf(i).ToArray()));

    private static double Error(float[] answer, float[] expected) => answer.Zip(expected, (a, e) => (a - e) * (a - e)).Average();

    // The share of right answers, and the mean probability of what is answered.
    private static (double Accuracy, double Confidence) Judge(TrainedModel model, SequenceSet data)
    {
        var predictor = new SequencePredictor(model);
        int right = 0, count = 0;
        double confidence = 0;
        for (int i = 0; i < data.Count; i++)
        {
            float[] answer = new float[predictor.OutputLength(data.Length(i))];
            predictor.Predict(data.Values(i), answer);
            for (int t = 0; t < data.Length(i); t++, count++)
            {
                int best = answer[2 * t + 1] > answer[2 * t] ? 1 : 0;
                right += best == data.Classes(i)[t] ? 1 : 0;
                confidence += answer[2 * t + best];
            }
        }
        return (right / (double)count, confidence / count);
    }
}
