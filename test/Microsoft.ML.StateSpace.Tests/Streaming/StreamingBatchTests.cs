using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Messages;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Streaming;

/// <summary>A batch of streams is as many engines, but for the order of sums.</summary>
public class StreamingBatchTests
{
    private const int Streams = 150;

    private static readonly S5Options Causal = Samples.Small with { Bidirectional = false };

    private static readonly Lazy<SequenceTransformer> Plain = new(() => Fit(new())), Held = new(() => Fit(new() { WarmUp = 3 })),
        Told = new(() => Fit(new() { InitialOutputs = 4 }));

    public static TheoryData<string> Models => ["plain", "held", "told"];

    private static SequenceTransformer Model(string name) => name switch { "plain" => Plain.Value, "held" => Held.Value, _ => Told.Value };

    [Theory]
    [MemberData(nameof(Models))]
    public void Step_EqualsThatOfEngines(string name)
    {
        var model = Model(name);
        using var batch = model.CreateStreamingBatch(Streams);
        StreamingEngine[] engines = [.. Enumerable.Range(0, Streams).Select(_ => model.CreateStreamingEngine())];
        for (int t = 0; t < 12; t++)
        {
            float[] inputs = Inputs(t), measured = name == "told" && t < 4 ? [.. inputs.Select(x => 2 * x)] : [];
            float[] answers = batch.Step(inputs, [], measured).ToArray();
            double[] expected = [.. engines.Select((engine, i) => (double)(measured.Length > 0
                ? engine.Step([inputs[i]], [measured[i]])
                : engine.Step([inputs[i]]))[0])];
            answers.Should().BeNear(expected, Tolerance.Streaming, $"answers at step {t}");
        }
        batch.GetSteps(Streams - 1).Should().Be(12);
        (batch.Count, batch.InputLength, batch.OutputLength, batch.HasIntervals).Should().Be((Streams, 1, 1, false));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Step_HasTheSameBits_WithAnyNumberOfThreads_AndWhoeverStepsBeside(string name)
    {
        using StreamingBatch one = Model(name).CreateStreamingBatch(Streams, threads: 1),
            many = Model(name).CreateStreamingBatch(Streams, threads: 5), some = Model(name).CreateStreamingBatch(Streams, threads: 2);
        int[] chosen = [.. Enumerable.Range(0, Streams).Where(i => i % 3 == 1).Reverse()];
        for (int t = 0; t < 6; t++)
        {
            float[] inputs = Inputs(t), answers = one.Step(inputs).ToArray();
            many.Step(inputs).ToArray().Should().BeBitwise(answers);
            some.StepSome(chosen, [.. chosen.Select(i => inputs[i])]).ToArray().Should().BeBitwise([.. chosen.Select(i => answers[i])]);
        }
        some.GetSteps(0).Should().Be(0);
        some.GetSteps(1).Should().Be(6);
    }

    [Fact]
    public void State_GoesToAnEngineAndBack()
    {
        using var batch = Plain.Value.CreateStreamingBatch(3);
        for (int t = 0; t < 5; t++)
            batch.Step([t, 2 * t, 3 * t]);
        byte[] state = new byte[batch.StateLength], again = new byte[batch.StateLength];
        batch.GetState(1, state);
        var engine = Plain.Value.CreateStreamingEngine();
        engine.SetState(state);
        engine.GetState(again);
        again.Should().Equal(state);
        engine.Steps.Should().Be(5);
        batch.SetState(2, again);
        var answers = batch.Step([7, 7, 7]).ToArray();
        answers[2].Should().Be(answers[1]);
        Invoking(() => batch.SetState(0, new byte[7])).Should().Throw<InvalidDataException>();
        Invoking(() => batch.GetState(0, new byte[7])).Should().Throw<ArgumentException>().WithMessage("*StateLength*");
    }

    [Fact]
    public void Streams_AreAddedAndRemoved_AndTheOthersStayWhereTheyAre()
    {
        using StreamingBatch batch = Plain.Value.CreateStreamingBatch(2), other = Plain.Value.CreateStreamingBatch(1);
        batch.Step([1, 2]);
        other.Step([2]);
        batch.Add(300).Should().Be(2);
        batch.Count.Should().Be(302);
        batch.GetSteps(301).Should().Be(0);
        while (batch.Count > 2)
            batch.Remove(2);
        batch.Remove(0);
        batch.Count.Should().Be(1);
        batch.Step([5]).ToArray().Should().BeBitwise(other.Step([5]).ToArray());
        batch.Reset();
        batch.GetSteps(0).Should().Be(0);
        batch.Remove(0);
        batch.Step([]).Length.Should().Be(0);
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        using var batch = Plain.Value.CreateStreamingBatch(Streams);
        float[] inputs = Inputs(0);
        batch.Step(inputs);
        batch.Step(inputs);
        NoAllocation.In(() => batch.Step(inputs));
    }

    [Fact]
    public void Intervals_AreThoseOfEngines()
    {
        var model = Doing.Classifier(o => o with { Architecture = Causal, Channels = 2, IntervalColumnName = "Intervals" })
            .Fit(Doing.Keyed(Samples.Irregular()));
        using var batch = model.CreateStreamingBatch(2);
        StreamingEngine one = model.CreateStreamingEngine(), two = model.CreateStreamingEngine();
        for (int t = 1; t < 6; t++)
        {
            float[] answers = batch.Step([t, 2, 3, -t], [0.5f * t, 2]).ToArray();
            double[] expected = [.. one.Step([t, 2], 0.5f * t).ToArray(), .. two.Step([3, -t], 2).ToArray()];
            answers.Should().BeNear(expected, Tolerance.Streaming, $"answers at step {t}");
        }
        Invoking(() => { batch.Step([1, 2, 3, 4], [1, 0]); }).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static float[] Inputs(int t) => [.. Enumerable.Range(0, Streams).Select(i => MathF.Sin(i + 0.3f * t))];

    private static SequenceTransformer Fit(SequenceToSequenceOptions options)
    {
        var ml = new MLContext(1);
        return ml.Transforms.StateSpace.SequenceToSequence(options with { Architecture = Causal, Training = Samples.Quick })
            .Fit(ml.Data.LoadFromEnumerable(Samples.Signals()));
    }
}
