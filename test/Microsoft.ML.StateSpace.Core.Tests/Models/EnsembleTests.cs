using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

[Trait("Kind", "Law")]
public class EnsembleTests
{
    private static readonly int[] Lengths = [1, 7, 64, 300, 2100];

    [Theory]
    [MemberData(nameof(EnsembleCases.Names), MemberType = typeof(EnsembleCases))]
    public void Answer_IsTheWeightedMeanOfTheMembersAnswers_BitForBit(string name)
    {
        var (ensemble, members) = EnsembleCases.Create(name);
        var options = (EnsembleOptions)ensemble.Options.Architecture;
        double[] weights = [.. options.Weights ?? Enumerable.Repeat(1.0, members.Length)];
        var data = ModelCases.Data(ensemble.Options, Lengths);
        var predictor = new SequencePredictor(ensemble);
        for (int i = 0; i < data.Count; i++)
        {
            float[] mean = new float[predictor.OutputLength(data.Length(i))], answer = new float[mean.Length];
            for (int m = 0; m < members.Length; m++)
            {
                new SequencePredictor(members[m]).Predict(data.Values(i), data.Intervals(i), answer);
                for (int j = 0; j < mean.Length; j++)
                    mean[j] += (float)(weights[m] / weights.Sum()) * answer[j];
            }
            predictor.Predict(data.Values(i), data.Intervals(i), answer);
            answer.Should().BeBitwise(mean);
            answer.Should().OnlyContain(value => float.IsFinite(value));
        }
    }

    [Theory]
    [MemberData(nameof(EnsembleCases.Names), MemberType = typeof(EnsembleCases))]
    public void SaveAndLoad_IsBitExact(string name)
    {
        var (ensemble, _) = EnsembleCases.Create(name);
        var summary = Summary.None with { Members = [Summary.None, Summary.None with { Epochs = 3 }] };

        var loaded = SmallModel.Read(SmallModel.Write(ensemble with { Summary = summary }));

        loaded.Options.Should().Be(ensemble.Options);
        loaded.Summary.Should().Be(summary);
        loaded.Parameters.Values.Should().BeBitwise(ensemble.Parameters.Values);
        var data = ModelCases.Data(ensemble.Options, 40);
        Answer(loaded, data).Should().BeBitwise(Answer(ensemble, data));
    }

    [Fact]
    public void ATwoWayMember_ForbidsStreams_AndTheMessageNamesIt()
        => Invoking(() => new SequencePredictor(EnsembleCases.Create("Two-way").Ensemble).CreateStream())
            .Should().ThrowExactly<InvalidOperationException>()
            .Which.Message.Should().StartWith("This model cannot stream: it is bidirectional")
            .And.EndWith("Train it with Bidirectional = false in Members[1] of its Architecture.");

    [Fact]
    public void Read_NamesTheParameterOfAMember_ThatIsNotThere()
    {
        var (ensemble, members) = EnsembleCases.Create("Classification");
        byte[] file = SmallModel.Write(ensemble);

        Message(SmallModel.Edit(file, "Members.1.Encoder.Weight", "Members.7.Encoder.Weight"))
            .Should().Contain("has 'Members.1.Encoder.Weight'").And.Contain("the file holds 'Members.7.Encoder.Weight'");
        Message(SmallModel.Edit(file, "\\\"core\\\":\\\"LRU\\\"", "\\\"core\\\":\\\"LRX\\\"")).Should().Contain("'LRX'");
        // A file that ends where the last member would begin.
        var more = new EnsembleOptions { Members = [.. members.Append(members[0]).Select(member => member.Options.Architecture)] };
        Message(SmallModel.Write(ensemble with { Options = ensemble.Options with { Architecture = more } }))
            .Should().Contain("has 'Members.2.Input.Mean', but the file ends");
    }

    [Fact]
    public void Poles_AreThoseOfTheMembers()
    {
        var (ensemble, members) = EnsembleCases.Create("Regression");

        Pole.Of(ensemble).Select(pole => (pole.Core, pole.Value)).Should().Equal(members.Index().SelectMany(
            member => Pole.Of(member.Item).Select(pole => ($"Members.{member.Index}.{pole.Core}", pole.Value))));
    }

    [Fact]
    public void WhatLooksIntoANetwork_RefusesAnEnsemble()
    {
        var (ensemble, _) = EnsembleCases.Create("Sequence to sequence");

        Certificate.Of(ensemble).Should().BeNull();
        foreach (Action look in (Action[])[() => LinearSystem.OfCore(ensemble, 0), () => GainAnalysis.FindWorstInput(ensemble, 10)])
        {
            Invoking(look).Should().ThrowExactly<NotSupportedException>()
                .Which.Message.Should().Contain("needs a model that is one network").And.Contain("EnsembleOptions");
        }
    }

    private static string Message(byte[] file)
        => Invoking(() => SmallModel.Read(file)).Should().ThrowExactly<InvalidDataException>().Which.Message;

    private static float[] Answer(TrainedModel model, SequenceSet data)
    {
        var predictor = new SequencePredictor(model);
        float[] answer = new float[predictor.OutputLength(data.Length(0))];
        predictor.Predict(data.Values(0), data.Intervals(0), answer);
        return answer;
    }

    private static float[] Run(SequenceStream stream, SequenceSet data, int from, int to)
    {
        var answers = new List<float>();
        for (int t = from; t < to; t++)
        {
            float interval = data.HasIntervals ? data.Intervals(0)[t] : 1;
            answers.AddRange(stream.Step(data.Values(0).Slice(t * data.Features, data.Features), interval));
        }
        return [.. answers];
    }
}
