using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>What holds for a stream through a trained model of any kind.</summary>
[Trait("Kind", "Law")]
public class TrainedStreamTests
{
    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Step_EqualsScoringTheSequenceSoFar(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        foreach (int length in new[] { 1, 2, 90, 300 })
        {
            var data = ModelCases.Data(predictor.Model.Options, length);
            float[] answers = Run(predictor.CreateStream(), data, 0, length);
            if (predictor.Model.Options.Task.Axis == AnswerAxis.Step)
            {
                answers.Should().BeNear(Predict(predictor, data, length).ToDouble(), Tolerance.Streaming, $"{length} steps");
                continue;
            }
            int outputs = answers.Length / length;
            foreach (int steps in new[] { 1, 2, 3, 20, length }.Where(steps => steps <= length))
            {
                answers[((steps - 1) * outputs)..(steps * outputs)].Should().BeNear(
                    Predict(predictor, data, steps).ToDouble(), Tolerance.Streaming, $"{steps} of {length} steps");
            }
        }
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void State_IsContinuedByAnotherStream(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 20);
        float[] whole = Run(predictor.CreateStream(), data, 0, 20);
        SequenceStream before = predictor.CreateStream(), after = predictor.CreateStream();
        float[] start = Run(before, data, 0, 12);
        byte[] state = new byte[before.StateBytes];
        before.GetState(state);

        after.TrySetState(state).Should().BeTrue();

        after.Steps.Should().Be(12);
        float[] parts = [.. start, .. Run(after, data, 12, 20)];
        parts.Should().BeBitwise(whole);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Reset_StartsAnew(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 20);
        var stream = predictor.CreateStream();
        float[] first = Run(stream, data, 0, 20);
        stream.Steps.Should().Be(20);
        stream.Reset();
        stream.Steps.Should().Be(0);
        Run(stream, data, 0, 20).Should().BeBitwise(first);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNames), MemberType = typeof(TrainedCases))]
    public void Step_AllocatesNothing(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 1);
        var stream = predictor.CreateStream();
        NoAllocation.In(() => stream.Step(data.Values(0)));
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalNamesWithoutMissing), MemberType = typeof(TrainedCases))]
    public void NaN_MakesEveryAnswerNaN_UntilReset_WhereTheModelKnowsNoMissingValues(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 4);
        var stream = predictor.CreateStream();
        float[] clean = Run(stream, data, 0, 4);
        stream.Reset();
        AssertNaNFrom(1, Run(stream, ModelCases.WithGlitch(data, 1, float.NaN), 0, 4), clean);
        stream.Reset();
        Run(stream, data, 0, 4).Should().BeBitwise(clean);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.CausalIntervalNames), MemberType = typeof(TrainedCases))]
    public void NaNAsAnInterval_MakesEveryAnswerNaN_UntilReset(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 4);
        var stream = predictor.CreateStream();
        float[] clean = Run(stream, data, 0, 4);
        stream.Reset();
        float[] first = Run(stream, data, 0, 1), answers = [.. first];
        for (int t = 1; t < 4; t++)
            answers = [.. answers, .. stream.Step(Row(data, t), t == 1 ? float.NaN : data.Intervals(0)[t])];
        AssertNaNFrom(1, answers, clean);
        stream.Reset();
        Run(stream, data, 0, 4).Should().BeBitwise(clean);
    }

    // Four steps.
    private static void AssertNaNFrom(int step, float[] answers, float[] clean)
    {
        int outputs = answers.Length / 4;
        answers[..(step * outputs)].Should().BeBitwise(clean[..(step * outputs)]);
        answers[(step * outputs)..].Should().OnlyContain(value => float.IsNaN(value));
    }

    private static float[] Predict(SequencePredictor predictor, SequenceSet data, int steps)
    {
        float[] answer = new float[predictor.OutputLength(steps)];
        predictor.Predict(data.Values(0)[..(steps * data.Features)], data.HasIntervals ? data.Intervals(0)[..steps] : [], answer);
        return answer;
    }

    private static float[] Run(SequenceStream stream, SequenceSet data, int from, int to)
    {
        var answers = new List<float>();
        for (int t = from; t < to; t++)
            answers.AddRange(stream.Step(Row(data, t), data.HasIntervals ? data.Intervals(0)[t] : 1));
        return [.. answers];
    }

    private static ReadOnlySpan<float> Row(SequenceSet data, int t) => data.Values(0).Slice(t * data.Features, data.Features);
}
