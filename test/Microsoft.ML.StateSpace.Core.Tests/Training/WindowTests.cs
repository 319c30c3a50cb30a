using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Training on windows of long sequences.</summary>
[Trait("Kind", "Law")]
public class WindowTests
{
    /// <summary>One channel to one output; the step sizes are left to the library, which looks at lengths.</summary>
    private static readonly SequenceModelOptions Model = new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
        Architecture = new S5Options { Layers = 1, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0.1 },
    };

    private static readonly TrainingOptions Training = new() { Seed = 7, Epochs = 5, LearningRate = 0.01, Threads = 2 };

    [Fact]
    public void Fit_GivesTheSameBits_OnAnyNumberOfThreads()
    {
        var network = ModelCases.Options("S5, irregular, sequence to sequence");
        var options = Training with { Window = 64, BatchSize = 8, ValidationFraction = 0.3 };
        float[] Values(int threads)
            => Trainer.Fit(network, options with { Threads = threads },
                ModelCases.Data(network, 300, 200, 50, 250)).Parameters.Values.ToArray();
        Values(2).Should().BeBitwise(Values(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Fit_WithAWindowThatNoSequenceExceeds_IsFitWithoutOne(double held)
    {
        var network = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(network, 90, 40, 70, 20);
        var options = Training with { ValidationFraction = held };
        var (without, with, shorter) = (Trainer.Fit(network, options, data), Trainer.Fit(network, options with { Window = 90 }, data),
            Trainer.Fit(network, options with { Window = 20 }, data));
        with.Parameters.Values.Should().BeBitwise(without.Parameters.Values);
        with.Options.Should().Be(without.Options);
        with.Summary.Options.Should().Be(without.Summary.Options with { Window = 90 });
        (with.Summary with { Duration = default }).Should().Be(without.Summary with { Duration = default, Options = with.Summary.Options });
        shorter.Parameters.Values.ToArray().Should().NotEqual(without.Parameters.Values.ToArray());
    }

    // The values are pairs of opposite numbers, and windows have whole pairs. So mean and deviation of the windows are those of the
    // records, to the last bit.
    [Fact]
    public void Fit_EqualsThatOfSequencesCutByHand()
    {
        var network = Model with { HasIntervals = true };
        var layout = TargetLayout.StepValues(1);
        SequenceSet records = new(1, layout, hasIntervals: true), windows = new(1, layout, hasIntervals: true);
        foreach (int length in (int[])[50, 16, 8, 84, 18])
        {
            float[] values = Pairs(1, length, length), targets = Pairs(3, length, 100 + length),
                intervals = Draw.Uniform(length, 0.2, 3, 200 + length);
            records.Add(values, targets, intervals);
            int[] starts = length switch { 50 => [0, 4, 8, 12, 16, 20, 24, 28, 32, 34],
                84 => [.. Enumerable.Range(0, 18).Select(i => 4 * i)], 18 => [0, 2], _ => [0] };
            foreach (int start in starts)
            {
                var steps = start..Math.Min(start + 16, length);
                windows.Add(values[steps], targets[steps], intervals[steps]);
            }
        }
        var (cut, byHand) = (Trainer.Fit(network, Training with { Window = 16 }, records), Trainer.Fit(network, Training, windows));
        cut.Parameters.Values.Should().BeBitwise(byHand.Parameters.Values);
        cut.Options.Should().Be(byHand.Options);
        (cut.Summary.Options with { Window = null }).Should().Be(byHand.Summary.Options);
    }

    [Fact]
    public void Fit_TakesStatisticsFromWholeSequences()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add([.. Enumerable.Range(0, 60).Select(t => 0.01f * t * t)], [.. Enumerable.Range(0, 60).Select(t => MathF.Exp(0.05f * t))]);
        var cut = Trainer.Fit(Model, Training with { Window = 16 }, data).Parameters;
        var whole = Trainer.Fit(Model, Training, data).Parameters;
        var windows = Trainer.Fit(Model, Training, data.Cut(16)).Parameters;
        foreach (string name in (string[])["Input.Mean", "Input.Deviation", "Output.Mean", "Output.Deviation"])
        {
            cut[name].Should().BeBitwise(whole[name]);
            cut[name].ToArray().Should().NotEqual(windows[name].ToArray());
        }
    }

    [Fact]
    public void Fit_HoldsOutWholeSequences_AndTrainsOnNoWindowOfThem()
    {
        var data = Numbered(10, 40);
        var engine = new RecordingEngine();
        Trainer.Fit(Model, Training with { Window = 16, ValidationFraction = 0.3, Engine = engine }, data);
        int[] held = [.. engine.Scored.Select(Sequence).Distinct()], trained = [.. engine.Trained.Select(Sequence).Distinct()];
        held.Length.Should().Be(3);
        trained.Length.Should().Be(7);
        held.Intersect(trained).Should().BeEmpty();
        engine.Scored.Should().AllSatisfy(values => values.Length.Should().Be(40));
        engine.Trained.Should().AllSatisfy(values => values.Length.Should().Be(16));
        int[] starts = [.. engine.Trained.Select(values => (int)values[0] % 1000).Distinct().Order()];
        starts.Should().Equal(0, 4, 8, 12, 16, 20, 24);
        engine.Trained.Count.Should().Be(5 * 7 * 7); // epochs, sequences, windows
    }

    [Fact]
    public void Fit_DoesNotCutAValidationSet()
    {
        var engine = new RecordingEngine();
        Trainer.Fit(Model, Training with { Window = 16, Engine = engine }, Numbered(3, 40), Numbered(2, 50));
        engine.Scored.Count.Should().Be(5 * 2);
        engine.Scored.Should().AllSatisfy(values => values.Length.Should().Be(50));
    }

    [Fact]
    public void Fit_HoldsNothingOutOfASingleRecord()
    {
        var engine = new RecordingEngine();
        var summary = Trainer.Fit(Model, Training with { Window = 16, ValidationFraction = 0.5, Engine = engine },
            Numbered(1, 100)).Summary;
        summary.ValidationLoss.Should().BeNull();
        engine.Trained.SelectMany(values => values).Distinct().Count().Should().Be(100);
        engine.Scored.Should().BeEmpty();
    }

    [Fact]
    public void Choices_CountWindows_ButHoldOutByWholeSequences()
    {
        var record = new SequenceSet(1, TargetLayout.StepValues(1));
        record.Add(Draw.Uniform(200 + 499 * 50, -1, 1, 1), Draw.Uniform(200 + 499 * 50, -1, 1, 2)); // 500 windows of 200 steps
        var (whole, cut) = (Begin(null), Begin(200));
        var (steps, wholeSteps) = ((S5Options)cut.Options.Architecture, (S5Options)whole.Options.Architecture);
        whole.Summary.Options.BatchSize.Should().Be(16);
        whole.Summary.Options.Epochs.Should().Be(1500);
        wholeSteps.StepSizeMinimum.Should().Be(0.001);
        wholeSteps.StepSizeMaximum.Should().Be(0.1);
        cut.Summary.Options.BatchSize.Should().Be(32);
        cut.Summary.Options.Epochs.Should().Be(1500 / 16);
        steps.StepSizeMinimum.Should().Be(0.05);
        steps.StepSizeMaximum.Should().Be(0.5);
        cut.Summary.Options.ValidationFraction.Should().Be(0);
        cut.Summary.Options.Window.Should().Be(200);

        // Makes all choices, and is cancelled before the first step.
        TrainedModel Begin(int? window)
        {
            using var source = new CancellationTokenSource();
            var engine = new WatchedEngine { OnCreate = source.Cancel };
            return Trainer.Fit(
                Model, new() { Seed = 1, Threads = 1, Window = window, Engine = engine, Cancellation = source.Token }, record);
        }
    }

    [Fact]
    public void Fit_RefusesWindowsOfClasses()
    {
        var error = Invoking(() => Trainer.Fit(SmallTask.Model, SmallTask.Training with { Window = 16 }, SmallTask.Data()))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be("Window");
    }

    // Of each two steps one has the value, the other its negative; which is which is drawn.
    private static float[] Pairs(float size, int length, int seed)
        => [.. Draw.Uniform(length / 2, -1, 1, seed).SelectMany(x => x < 0 ? new[] { -size, size } : [size, -size])];

    // The values tell the sequence, in thousands, and the step.
    private static SequenceSet Numbered(int count, int length)
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        for (int i = 0; i < count; i++)
            data.Add([.. Enumerable.Range(1000 * i, length)], Draw.Uniform(length, -1, 1, i));
        return data;
    }

    private static int Sequence(float[] values) => (int)values[0] / 1000;
}
