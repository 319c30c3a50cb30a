using Microsoft.ML.StateSpace.Core.Tests.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>What holds for a trained model of any kind, of whole sequences.</summary>
[Trait("Kind", "Law")]
public class TrainedModelTests
{
    // The shortest, those around a stretch of filters, and one that is far longer than those of the training.
    private static readonly int[] Lengths = [1, 2, 3, 40, 127, 129, 2100];

    [Theory]
    [MemberData(nameof(TrainedCases.Names), MemberType = typeof(TrainedCases))]
    public void Answers_AreFinite_AndProbabilitiesSumToOne(string name)
    {
        var model = TrainedCases.Create(name);
        var data = ModelCases.Data(model.Options, Lengths);
        var predictor = new SequencePredictor(model);
        for (int i = 0; i < data.Count; i++)
        {
            float[] answer = Predict(predictor, data, i);
            answer.Should().OnlyContain(value => float.IsFinite(value), $"{Lengths[i]} steps");
            if (data.Targets.Kind == TargetKind.Class)
                answer.Chunk(model.Options.Outputs).Should().AllSatisfy(row => row.Sum().Should().BeApproximately(1, 1e-5f));
        }
    }

    // Memory is used again, by sequences of other lengths.
    [Theory]
    [MemberData(nameof(TrainedCases.Names), MemberType = typeof(TrainedCases))]
    public void AnAnswer_HasTheSameBits_WhateverWasScoredBefore_OnAnyThread(string name)
    {
        var model = TrainedCases.Create(name);
        var data = ModelCases.Data(model.Options, 5, 70, 1, 300, 129, 33);
        var shared = new SequencePredictor(model);
        var answers = new float[data.Count][];
        for (int i = data.Count - 1; i >= 0; i--)
            answers[i] = Predict(shared, data, i);
        for (int i = 0; i < data.Count; i++)
            Predict(new SequencePredictor(model), data, i).Should().BeBitwise(answers[i]);
        var together = new float[data.Count][];
        Parallel.For(
            0, data.Count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Predict(shared, data, i));
        together.Should().BeBitwise(answers);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.Names), MemberType = typeof(TrainedCases))]
    public void SaveAndLoad_IsBitExact(string name)
    {
        var model = TrainedCases.Create(name);
        byte[] file = SmallModel.Write(model);

        var loaded = SmallModel.Read(file);

        loaded.Options.Should().Be(model.Options);
        loaded.Parameters.Values.Should().BeBitwise(model.Parameters.Values);
        SmallModel.Write(loaded).Should().Equal(file);
        var data = ModelCases.Data(model.Options, 40);
        Predict(new SequencePredictor(loaded), data, 0).Should().BeBitwise(Predict(new SequencePredictor(model), data, 0));
    }

    [Theory]
    [MemberData(nameof(TrainedCases.Names), MemberType = typeof(TrainedCases))]
    public void ScoringAnotherSequence_AllocatesNothing(string name)
    {
        var model = TrainedCases.Create(name);
        var data = ModelCases.Data(model.Options, 30, 30);
        var predictor = new SequencePredictor(model);
        float[] answer = new float[predictor.OutputLength(30)];
        predictor.Predict(data.Values(0), data.Intervals(0), answer);
        NoAllocation.In(() => predictor.Predict(data.Values(1), data.Intervals(1), answer));
    }

    [Theory]
    [MemberData(nameof(TrainedCases.NamesWithoutMissing), MemberType = typeof(TrainedCases))]
    public void NaN_MakesTheAnswerNaN_WhereTheModelKnowsNoMissingValues(string name)
    {
        var model = TrainedCases.Create(name);
        var predictor = new SequencePredictor(model);
        for (int channel = 0; channel < model.Options.Inputs; channel++)
        {
            var data = ModelCases.Data(model.Options, 20);
            float[] values = data.Values(0).ToArray(), answer = new float[predictor.OutputLength(20)];
            values[3 * model.Options.Inputs + channel] = float.NaN;
            predictor.Predict(values, data.Intervals(0), answer);
            // A causal model has answered before it.
            answer[^model.Options.Outputs..].Should().OnlyContain(value => float.IsNaN(value));
        }
    }

    [Theory]
    [MemberData(nameof(TrainedCases.IntervalNames), MemberType = typeof(TrainedCases))]
    public void NaNAsAnInterval_MakesTheAnswerNaN_AtAnyStep(string name)
    {
        var model = TrainedCases.Create(name);
        var predictor = new SequencePredictor(model);
        var data = ModelCases.Data(model.Options, 6);
        foreach (int step in new[] { 0, 3, 5 })
        {
            float[] intervals = data.Intervals(0).ToArray(), answer = new float[predictor.OutputLength(6)];
            intervals[step] = float.NaN;
            predictor.Predict(data.Values(0), intervals, answer);
            answer[^model.Options.Outputs..].Should().OnlyContain(value => float.IsNaN(value), $"step {step}");
        }
    }

    [Theory]
    [MemberData(nameof(TrainedCases.IntervalNames), MemberType = typeof(TrainedCases))]
    public void Intervals_ChangeTheAnswer(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        var data = ModelCases.Data(predictor.Model.Options, 40);
        float[] other = new float[predictor.OutputLength(40)];
        predictor.Predict(data.Values(0), [.. Enumerable.Repeat(1f, 40)], other);
        Predict(predictor, data, 0).Should().NotEqual(other);
    }

    [Theory]
    [MemberData(nameof(TrainedCases.Names), MemberType = typeof(TrainedCases))]
    public void NoSequence_HasNoAnswer(string name)
    {
        var predictor = new SequencePredictor(TrainedCases.Create(name));
        float[] answer = new float[predictor.Model.Options.Outputs];
        predictor.Predict([], answer);
        answer.Should().OnlyContain(value => float.IsNaN(value));
    }

    private static float[] Predict(SequencePredictor predictor, SequenceSet data, int index)
    {
        float[] answer = new float[predictor.OutputLength(data.Length(index))];
        predictor.Predict(data.Values(index), data.Intervals(index), answer);
        return answer;
    }
}
