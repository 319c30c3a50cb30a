using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
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
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = new S5Options { Layers = 1, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0.1 },
    };

    private static readonly TrainingOptions Training = new() { Seed = 7, Epochs = 5, LearningRate = 0.01, Threads = 2 };

    [Fact]
    public void Fit_GivesTheSameBits_OnAnyNumberOfThreads()
    {
        var network = ModelCases.Options("S5, irregular, sequence to sequence");
        var options = Training with { Window = 64, BatchSize = 8, ValidationFraction = 0.3 };
        float[] Values(int threads) => Trainer.Fit(network, options with { Threads = threads }, ModelCases.Data(network, 300, 200, 50, 250)).Parameters.Values.ToArray();
        Assert.Equal(Values(1), Values(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Fit_WithAWindowThatNoSequenceExceeds_IsFitWithoutOne(double held)
    {
        var network = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(network, 90, 40, 70, 20);
        var options = Training with { ValidationFraction = held };
        var (without, with, shorter) = (Trainer.Fit(network, options, data), Trainer.Fit(network, options with { Window = 90 }, data), Trainer.Fit(network, options with { Window = 20 }, data));
        Assert.Equal(without.Parameters.Values.ToArray(), with.Parameters.Values.ToArray());
        Assert.Equal(without.Options, with.Options);
        Assert.Equal(without.Summary.Options with { Window = 90 }, with.Summary.Options);
        Assert.Equal(without.Summary with { Duration = default, Options = with.Summary.Options }, with.Summary with { Duration = default });
        Assert.NotEqual(without.Parameters.Values.ToArray(), shorter.Parameters.Values.ToArray());
    }

    // Pairs of opposite values, windows of whole pairs: mean and deviation are the same numbers, to the last bit, for records and windows.
    [Fact]
    public void Fit_EqualsThatOfSequencesCutByHand()
    {
        var network = Model with { HasIntervals = true };
        SequenceSet records = new(1, 1, hasIntervals: true), windows = new(1, 1, hasIntervals: true);
        foreach (int length in (int[])[50, 16, 8, 84, 18])
        {
            float[] values = Pairs(1, length, length), targets = Pairs(3, length, 100 + length), intervals = Draw.Uniform(length, 0.2, 3, 200 + length);
            records.Add(values, targets, intervals);
            int[] starts = length switch { 50 => [0, 4, 8, 12, 16, 20, 24, 28, 32, 34], 84 => [.. Enumerable.Range(0, 18).Select(i => 4 * i)], 18 => [0, 2], _ => [0] };
            foreach (int start in starts)
            {
                var steps = start..Math.Min(start + 16, length);
                windows.Add(values[steps], targets[steps], intervals[steps]);
            }
        }
        var (cut, byHand) = (Trainer.Fit(network, Training with { Window = 16 }, records), Trainer.Fit(network, Training, windows));
        Assert.Equal(byHand.Parameters.Values.ToArray(), cut.Parameters.Values.ToArray());
        Assert.Equal(byHand.Options, cut.Options);
        Assert.Equal(byHand.Summary.Options, cut.Summary.Options with { Window = null });
    }

    [Fact]
    public void Fit_TakesStatisticsFromWholeSequences()
    {
        var data = new SequenceSet(1, 1);
        data.Add([.. Enumerable.Range(0, 60).Select(t => 0.01f * t * t)], [.. Enumerable.Range(0, 60).Select(t => MathF.Exp(0.05f * t))]);
        var cut = Trainer.Fit(Model, Training with { Window = 16 }, data).Parameters;
        var whole = Trainer.Fit(Model, Training, data).Parameters;
        var windows = Trainer.Fit(Model, Training, data.Cut(16)).Parameters;
        foreach (string name in (string[])["Input.Mean", "Input.Deviation", "Output.Mean", "Output.Deviation"])
        {
            Assert.Equal(whole[name].ToArray(), cut[name].ToArray());
            Assert.NotEqual(windows[name].ToArray(), cut[name].ToArray());
        }
    }

    [Fact]
    public void Fit_HoldsOutWholeSequences_AndTrainsOnNoWindowOfThem()
    {
        var data = Numbered(10, 40);
        var engine = new RecordingEngine();
        Trainer.Fit(Model, Training with { Window = 16, ValidationFraction = 0.3, Engine = engine }, data);
        int[] held = [.. engine.Scored.Select(Sequence).Distinct()], trained = [.. engine.Trained.Select(Sequence).Distinct()];
        Assert.Equal((3, 7), (held.Length, trained.Length));
        Assert.Empty(held.Intersect(trained));
        Assert.All(engine.Scored, values => Assert.Equal(40, values.Length));
        Assert.All(engine.Trained, values => Assert.Equal(16, values.Length));
        int[] starts = [.. engine.Trained.Select(values => (int)values[0] % 1000).Distinct().Order()];
        Assert.Equal([0, 4, 8, 12, 16, 20, 24], starts);
        Assert.Equal(5 * 7 * 7, engine.Trained.Count); // epochs, sequences, windows
    }

    [Fact]
    public void Fit_DoesNotCutAValidationSet()
    {
        var engine = new RecordingEngine();
        Trainer.Fit(Model, Training with { Window = 16, Engine = engine }, Numbered(3, 40), Numbered(2, 50));
        Assert.Equal(5 * 2, engine.Scored.Count);
        Assert.All(engine.Scored, values => Assert.Equal(50, values.Length));
    }

    [Fact]
    public void Fit_HoldsNothingOutOfASingleRecord()
    {
        var engine = new RecordingEngine();
        var summary = Trainer.Fit(Model, Training with { Window = 16, ValidationFraction = 0.5, Engine = engine }, Numbered(1, 100)).Summary;
        Assert.Null(summary.ValidationLoss);
        Assert.Equal(100, engine.Trained.SelectMany(values => values).Distinct().Count());
        Assert.Empty(engine.Scored);
    }

    [Fact]
    public void Choices_CountWindows_ButHoldOutByWholeSequences()
    {
        var record = new SequenceSet(1, 1);
        record.Add(Draw.Uniform(200 + 499 * 50, -1, 1, 1), Draw.Uniform(200 + 499 * 50, -1, 1, 2)); // 500 windows of 200 steps
        var open = new TrainingOptions { Seed = 1, Threads = 1, Cancellation = new(canceled: true) };
        var (whole, cut) = (Trainer.Fit(Model, open, record), Trainer.Fit(Model, open with { Window = 200 }, record));
        var (steps, wholeSteps) = ((S5Options)cut.Options.Architecture, (S5Options)whole.Options.Architecture);
        Assert.Equal((16, 1500, 0.001, 0.1), (whole.Summary.Options.BatchSize, whole.Summary.Options.Epochs, wholeSteps.StepSizeMinimum, wholeSteps.StepSizeMaximum));
        Assert.Equal((32, 1500 / 16, 0.05, 0.5), (cut.Summary.Options.BatchSize, cut.Summary.Options.Epochs, steps.StepSizeMinimum, steps.StepSizeMaximum));
        Assert.Equal((0, 200), (cut.Summary.Options.ValidationFraction, cut.Summary.Options.Window));
    }

    [Fact]
    public void Fit_RefusesWindowsOfClasses()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Trainer.Fit(SmallTask.Model, SmallTask.Training with { Window = 16 }, SmallTask.Data()));
        Assert.Equal("Window", error.ParamName);
    }

    // Of each two steps one has the value, the other its negative; which is which is drawn.
    private static float[] Pairs(float size, int length, int seed)
        => [.. Draw.Uniform(length / 2, -1, 1, seed).SelectMany(x => x < 0 ? new[] { -size, size } : [size, -size])];

    // The values tell the sequence, in thousands, and the step.
    private static SequenceSet Numbered(int count, int length)
    {
        var data = new SequenceSet(1, 1);
        for (int i = 0; i < count; i++)
            data.Add([.. Enumerable.Range(1000 * i, length)], Draw.Uniform(length, -1, 1, i));
        return data;
    }

    private static int Sequence(float[] values) => (int)values[0] / 1000;
}
