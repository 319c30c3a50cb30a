using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Long sequences that are scored window by window: the answer is that of the whole sequence.</summary>
[Trait("Kind", "Law")]
public class ScoringWindowTests
{
    // Two rows beyond a window, less than a chunk beyond one, whole windows, and windows with a rest.
    private static readonly int[] Lengths = [66, 95, 256, 300, 331];

    public static TheoryData<string> CausalNames => [.. ModelCases.CausalNames];

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void Predict_InWindows_HasTheBitsOfTheWhole(string name)
    {
        var (data, model, trained) = Create(ModelCases.Options(name), Lengths);
        model.HasExactWindows.Should().BeTrue(name);
        var whole = new SequencePredictor(trained, windowRows: 1 << 20);
        foreach (int rows in (int[])[64, 128])
        {
            var inWindows = new SequencePredictor(trained, rows);
            for (int i = 0; i < data.Count; i++)
            {
                float[] expected = Score(whole, data, i), actual = Score(inWindows, data, i);
                actual.Should().BeBitwise(expected, $"{name}, {Lengths[i]} steps in windows of {rows}");
            }
        }
    }

    // An engine scores for validation as the predictor does afterwards, whatever threads and shards there are.
    [Fact]
    public void EngineAndPredictor_AgreeInEveryBit_OnALongSequence()
    {
        var (data, model, trained) = Create(ModelCases.Options("S5, sequence to sequence"), [5000, 40, 2100]);
        using var engine = new CpuEngine(model, trained.Parameters, new TrainingOptions { Threads = 2 });
        var batch = ModelCases.Batch(data);
        var together = new float[batch.Count * batch.Length * trained.Options.Outputs];
        engine.Predict(batch, together);
        for (int i = 0; i < data.Count; i++)
        {
            float[] row = together[(i * batch.Length * trained.Options.Outputs)..][..(data.Length(i) * trained.Options.Outputs)];
            model.Head.Finish(trained.Parameters.Values, row);
            Score(new SequencePredictor(trained), data, i).Should().BeBitwise(row);
        }
    }

    [Theory]
    [InlineData("LRU, layer norm before, mean", 400_000)]
    [InlineData("LRU, layer norm before, mean", 3_000_000)]
    [InlineData("S5, sequence to sequence", 400_000)]
    [InlineData("S5, sequence to sequence", 3_000_000)]
    public void Predict_TakesNoMoreMemoryForALongerSequence(string name, int length)
    {
        var options = ModelCases.Options(name);
        options = options with { Architecture = options.Network with { Bidirectional = false } };
        var (data, _, trained) = Create(options, [2000, length]);
        var predictor = new SequencePredictor(trained);
        float[][] scores = [.. Enumerable.Range(0, 2).Select(i => new float[predictor.OutputLength(data.Length(i))])];
        predictor.Predict(data.Values(0), scores[0]);
        long kept = predictor.KeptFloats, before = GC.GetAllocatedBytesForCurrentThread();
        predictor.Predict(data.Values(1), scores[1]);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 16, "only what is compiled meanwhile may allocate");
        predictor.KeptFloats.Should().Be(kept).And.BeLessThan(1 << 20);
        scores[1].Should().OnlyContain(score => float.IsFinite(score));
    }

    [Fact]
    public void Predict_OfATwoWayModel_KeepsNoMemoryThatALongSequenceNeeded()
    {
        var (data, _, trained) = Create(ModelCases.Options("LRU, layer norm before, mean"), [300_000]);
        var predictor = new SequencePredictor(trained);
        Score(predictor, data, 0).Should().OnlyContain(score => float.IsFinite(score));
        predictor.KeptFloats.Should().Be(0);
    }

    [Fact]
    public void Predict_OfATwoWayModel_RefusesInWords_WhatNoArrayCanHold()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var architecture = new S5Options
        {
            Layers = 1, ModelSize = 128, StateSize = 128, Blocks = 1, Bidirectional = true, Dropout = 0,
        };
        var (_, _, trained) = Create(options with { Architecture = architecture }, [5]);
        var predictor = new SequencePredictor(trained);
        float[] values = new float[3_000_000 * options.Inputs], scores = new float[predictor.OutputLength(3_000_000)];
        Invoking(() => predictor.Predict(values, scores)).Should().Throw<InvalidOperationException>().WithMessage(
            "3,000,000 time steps of one sequence need * GB of memory to be scored with this model, but * bidirectional * "
            + "Architecture.Bidirectional = false*");
    }

    [Theory]
    [InlineData("S5, sequence to sequence", "*to be trained on*Set TrainingOptions.Window*")]
    [InlineData("LRU, layer norm before, mean", "*to be trained on*Shorten the sequences*")]
    public void Training_RefusesInWords_WhatNoArrayCanHold_WithARemedyForItsTask(string name, string message)
    {
        var (_, model, _) = Create(ModelCases.Options(name), [5]);
        long floats = new MemoryPlan(model.Program.ScheduleFor(ArenaUse.Train)).Fit(new Extent(1_000_000_000, 1)).Length;
        floats.Should().BeGreaterThan(1_000_000_000L * 10, "sizes do not overflow");
        Invoking(() => MemoryCheck.Fits(floats, 1_000_000_000, ArenaUse.Train, model))
            .Should().Throw<InvalidOperationException>().WithMessage(message);
    }

    [Fact]
    public void OutputLength_RefusesInWords_WhatNoVectorCanHold()
    {
        var options = ModelCases.Options("S5, sequence to sequence") with { Outputs = 1000 };
        var (_, _, trained) = Create(options, [5]);
        Invoking(() => new SequencePredictor(trained).OutputLength(3_000_000)).Should().Throw<InvalidOperationException>()
            .WithMessage("The answer to a sequence of 3,000,000 time steps has 3,000,000,000 values*");
    }

    private static float[] Score(SequencePredictor predictor, SequenceSet data, int i)
    {
        var scores = new float[predictor.OutputLength(data.Length(i))];
        predictor.Predict(data.Values(i), data.Intervals(i), scores);
        return scores;
    }

    private static (SequenceSet Data, SequenceNetwork Model, TrainedModel Trained) Create(
        SequenceModelOptions options, int[] lengths)
    {
        var data = ModelCases.Data(options, lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        return (data, model, new TrainedModel(options, parameters, Summary.None));
    }
}
