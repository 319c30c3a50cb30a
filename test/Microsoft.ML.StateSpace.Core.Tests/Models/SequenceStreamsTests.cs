using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>What holds for streams of any kind of model that step together.</summary>
[Trait("Kind", "Law")]
public class SequenceStreamsTests
{
    private const int Streams = 7, Length = 40;

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Step_AnswersEachStreamAsAStreamOfItsOwn(string name)
    {
        var (predictor, data) = Create(name);
        float[][] answers = Together(predictor.CreateStreams(), data, [.. Enumerable.Range(0, Streams)]);
        for (int i = 0; i < Streams; i++)
            answers[i].Should().BeNear(Alone(predictor.CreateStream(), data, i, 0, Length).ToDouble(), Tolerance.Streaming, $"stream {i}");
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Step_HasTheSameBits_WhoeverStepsBeside(string name)
    {
        var (predictor, data) = Create(name);
        float[][] together = Together(predictor.CreateStreams(), data, [.. Enumerable.Range(0, Streams)]),
            some = Together(predictor.CreateStreams(), data, [5, 2]), alone = Together(predictor.CreateStreams(), data, [3]);
        some[0].Should().BeBitwise(together[5]);
        some[1].Should().BeBitwise(together[2]);
        alone[0].Should().BeBitwise(together[3]);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void State_GoesToAStreamAndBack(string name)
    {
        var (predictor, data) = Create(name);
        var streams = predictor.CreateStreams();
        float[] answers = Together(streams, data, [.. Enumerable.Range(0, Streams)])[3];
        var stream = predictor.CreateStream();
        byte[] state = new byte[streams.StateBytes], back = new byte[stream.StateBytes];
        streams.GetState(3, state);

        stream.TrySetState(state).Should().BeTrue();
        stream.Steps.Should().Be(Length);
        stream.GetState(back);
        back.Should().Equal(state);
        streams.Reset(0);
        streams.TrySetState(0, back).Should().BeTrue();
        streams.Steps(0).Should().Be(Length);

        int outputs = answers.Length / Length;
        var (block, next) = (streams.CreateBlock(1), new float[outputs]);
        streams.Step(block, [0], Row(data, 3, 0), Intervals(data, 3, 0), next);
        next.Should().BeNear(
            stream.Step(Row(data, 3, 0), data.HasIntervals ? data.Intervals(3)[0] : 1).ToArray().ToDouble(), Tolerance.Streaming,
            "the step behind the state");
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Step_AllocatesNothing(string name)
    {
        var (predictor, data) = Create(name);
        var streams = predictor.CreateStreams();
        streams.Add(Streams);
        var block = streams.CreateBlock(Streams);
        int[] all = [.. Enumerable.Range(0, Streams)];
        float[] rows = [.. all.SelectMany(i => Row(data, i, 0).ToArray())], output = new float[Streams * predictor.Model.Options.Outputs];
        NoAllocation.In(() => streams.Step(block, all, rows, [], output));
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNamesWithoutMissing), MemberType = typeof(TrainedCases))]
    public void NaN_EndsItsOwnStreamAlone(string name)
    {
        var (predictor, data) = Create(name);
        int outputs = predictor.Model.Options.Outputs;
        var streams = predictor.CreateStreams();
        streams.Add(3);
        var block = streams.CreateBlock(3);
        float[] output = new float[3 * outputs], rows = Rows(data, [0, 1, 2], 0);
        float[] clean = Together(predictor.CreateStreams(), data, [0, 2])[1];
        rows[data.Features] = float.NaN;
        for (int t = 0; t < 3; t++)
        {
            streams.Step(block, [0, 1, 2], t == 0 ? rows : Rows(data, [0, 1, 2], t), Intervals(data, [0, 1, 2], t), output);
            output[outputs..(2 * outputs)].Should().OnlyContain(value => float.IsNaN(value));
            output[(2 * outputs)..].Should().BeBitwise(clean[(t * outputs)..((t + 1) * outputs)]);
        }
        streams.Reset(1);
        streams.Step(block, [1], Row(data, 1, 0), Intervals(data, 1, 0), output.AsSpan(0, outputs));
        output[..outputs].Should().NotContain(value => float.IsNaN(value));
    }

    [Fact]
    public void Remove_LetsTheLastTakeTheNumber()
    {
        var (predictor, data) = Create("S5, sequence to sequence");
        var streams = predictor.CreateStreams();
        Together(streams, data, [0, 1, 2]);
        byte[] last = new byte[streams.StateBytes], moved = new byte[streams.StateBytes];
        streams.GetState(2, last);
        streams.Remove(0);
        streams.GetState(0, moved);
        moved.Should().Equal(last);
        streams.Count.Should().Be(2);
        streams.Add(1);
        streams.Steps(2).Should().Be(0);
    }

    [Fact]
    public void AHeldStart_IsAStreamThatMadeTheFirstStepSoManyTimes()
    {
        var (predictor, data) = Create("S5, sequence to sequence");
        var held = predictor.CreateStreams(warmUp: 3);
        var plain = predictor.CreateStreams();
        held.Add(1);
        plain.Add(1);
        float[] ofHeld = new float[predictor.Model.Options.Outputs], ofPlain = new float[ofHeld.Length];
        held.Step(held.CreateBlock(1), [0], Row(data, 0, 0), [], ofHeld);
        for (int i = 0; i < 4; i++)
            plain.Step(plain.CreateBlock(1), [0], Row(data, 0, 0), [], ofPlain);
        ofHeld.Should().BeBitwise(ofPlain);
        (held.Steps(0), plain.Steps(0)).Should().Be((1, 4));
    }

    private static (SequencePredictor Predictor, SequenceSet Data) Create(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        return (predictor, ModelCases.Data(predictor.Model.Options, [.. Enumerable.Repeat(Length, Streams)]));
    }

    // The answers of streams of these sequences, where each begins a step later than the one before, and ends with its sequence.
    private static float[][] Together(SequenceStreams streams, SequenceSet data, int[] sequences)
    {
        int outputs = -1, first = streams.Count;
        streams.Add(sequences.Length);
        var block = streams.CreateBlock(sequences.Length);
        var answers = sequences.Select(_ => new List<float>()).ToArray();
        for (int t = 0; t < Length + sequences.Length; t++)
        {
            int[] chosen = [.. Enumerable.Range(0, sequences.Length).Where(i => t >= i && t - i < Length)];
            outputs = block.Output.Length / sequences.Length;
            float[] output = new float[chosen.Length * outputs];
            float[] rows = [.. chosen.SelectMany(i => Row(data, sequences[i], t - i).ToArray())];
            float[] intervals = data.HasIntervals ? [.. chosen.Select(i => data.Intervals(sequences[i])[t - i])] : [];
            streams.Step(block, [.. chosen.Select(i => first + i)], rows, intervals, output);
            for (int i = 0; i < chosen.Length; i++)
                answers[chosen[i]].AddRange(output.AsSpan(i * outputs, outputs));
        }
        return [.. answers.Select(list => list.ToArray())];
    }

    private static float[] Alone(SequenceStream stream, SequenceSet data, int sequence, int from, int to)
    {
        var answers = new List<float>();
        for (int t = from; t < to; t++)
            answers.AddRange(stream.Step(Row(data, sequence, t), data.HasIntervals ? data.Intervals(sequence)[t] : 1));
        return [.. answers];
    }

    private static float[] Rows(SequenceSet data, int[] sequences, int t) => [.. sequences.SelectMany(i => Row(data, i, t).ToArray())];

    private static ReadOnlySpan<float> Row(SequenceSet data, int sequence, int t)
        => data.Values(sequence).Slice(t * data.Features, data.Features);

    private static float[] Intervals(SequenceSet data, int sequence, int t) => Intervals(data, [sequence], t);

    private static float[] Intervals(SequenceSet data, int[] sequences, int t)
        => data.HasIntervals ? [.. sequences.Select(i => data.Intervals(i)[t])] : [];
}
