using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

[Trait("Kind", "Law")]
public class SequenceStreamTests
{
    private static readonly NetworkOptions[] Cores = [.. CoreEnrolment.All.SelectMany(core => core.Streamed)];

    public static TheoryData<string> Networks()
        => [.. from core in Cores from kind in Enum.GetValues<Nonlinearity>() from placement in Enum.GetValues<NormPlacement>() select Name(
            core, kind, placement)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Step_EqualsScoringTheSequence(string network)
    {
        foreach (int length in new[] { 1, 2, 7, 64, 300 })
            AssertSequence(Sequence(network), length);
        AssertSequence(Sequence(network) with { Inputs = 1, Vocabulary = 5 }, 33);
    }

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Max)]
    [InlineData(Pooling.MeanAndMax)]
    [InlineData(Pooling.MeanAndShare)]
    [InlineData(Pooling.Last)]
    public void Step_OfAClassifier_EqualsScoringWhatWasSeen(Pooling pooling)
    {
        foreach (var core in Cores)
        {
            var options = Sequence(Name(core, Nonlinearity.HalfGlu1, NormPlacement.Pre));
            options = options with { Task = SequenceTask.Classification, Outputs = 3,
                Architecture = options.Network with { Pooling = pooling } };
            var (predictor, values) = Create(options, 40);
            var stream = predictor.CreateStream();
            var expected = new float[3];
            for (int t = 0; t < 40; t++)
            {
                predictor.Predict(values.AsSpan(0, (t + 1) * options.Inputs), expected);
                stream.Step(values.AsSpan(t * options.Inputs, options.Inputs))
                    .Should().BeNear(expected.ToDouble(), Tolerance.Streaming, $"probabilities at step {t}");
            }
        }
    }

    [Fact]
    public void Step_OfALongStream_KeepsTheMean()
    {
        var options = Sequence(Name(Cores.First(core => core is LruOptions), Nonlinearity.Gelu, NormPlacement.Pre));
        options = options with { Task = SequenceTask.Classification, Outputs = 3, Inputs = 1 };
        var (predictor, _) = Create(options, 1);
        var stream = predictor.CreateStream();
        // Where the input is constant, the state becomes steady: after so many steps the mean stands still.
        float[] half = [], full = [];
        for (int t = 1; t <= 400_000; t++)
        {
            var answer = stream.Step([1.5f]);
            if (t == 200_000)
                half = answer.ToArray();
            if (t == 400_000)
                full = answer.ToArray();
        }
        full.Should().BeNear(half.ToDouble(), Tolerance.Streaming, "probabilities");
    }

    [Fact]
    public void Streams_OfOneModel_AreIndependent()
    {
        var (predictor, values) = Create(ModelCases.Options("S5, sequence to sequence"), 20);
        float[] alone = Run(predictor.CreateStream(), values, 0, 20);
        SequenceStream one = predictor.CreateStream(), other = predictor.CreateStream();
        float[] first = Run(one, values, 0, 10);
        Run(other, values, 5, 15);
        float[] parts = [.. first, .. Run(one, values, 10, 20)];
        parts.Should().BeBitwise(alone);
    }

    [Fact]
    public void State_OfAnotherModel_IsRefused()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var stream = Create(options, 1).Predictor.CreateStream();
        byte[] state = new byte[stream.StateBytes];
        stream.GetState(state);
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 5));
        parameters.Values[0] += 1;
        new SequencePredictor(new TrainedModel(options, parameters, Summary.None)).CreateStream().TrySetState(state).Should().BeFalse();
    }

    private static void AssertSequence(SequenceModelOptions options, int length)
    {
        var (predictor, values) = Create(options, length);
        var expected = new float[predictor.OutputLength(length)];
        predictor.Predict(values, expected);
        Run(predictor.CreateStream(), values, 0, length)
            .Should().BeNear(expected.ToDouble(), Tolerance.Streaming, $"outputs of {length} steps");
    }

    private static float[] Run(SequenceStream stream, float[] values, int from, int to, float[]? intervals = null)
    {
        var answers = new List<float>();
        int inputs = stream.Inputs;
        for (int t = from; t < to; t++)
            answers.AddRange(stream.Step(values.AsSpan(t * inputs, inputs), intervals?[t] ?? 1));
        return [.. answers];
    }

    private static (SequencePredictor Predictor, float[] Values) Create(SequenceModelOptions options, int length)
    {
        var data = ModelCases.Data(options, length, 30);
        var (_, parameters) = ModelCases.Create(options, data);
        return (new SequencePredictor(new TrainedModel(options, parameters, Summary.None)), data.Values(0).ToArray());
    }

    private static string Name(NetworkOptions core, Nonlinearity kind, NormPlacement placement)
        => $"{Name(core)}, {kind}, {placement}";

    // The number tells options of the same core apart.
    private static string Name(NetworkOptions core)
    {
        int number = Cores.TakeWhile(other => !ReferenceEquals(other, core)).Count(other => other.GetType() == core.GetType());
        return core.GetType().Name + (number == 0 ? "" : $" {number + 1}");
    }

    private static SequenceModelOptions Sequence(string network) => (
        from core in Cores
        from kind in Enum.GetValues<Nonlinearity>()
        from placement in Enum.GetValues<NormPlacement>()
        where Name(core, kind, placement) == network
        select new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence,
            Inputs = 2,
            Outputs = 2,
            Architecture = core with
            {
                Layers = 2, ModelSize = 18, StateSize = core.Core.HasStateSize ? 10 : null, Bidirectional = false, Dropout = 0.1,
                Scaffold = new GluScaffold { Nonlinearity = kind, NormPlacement = placement },
            },
        }).Single();
}
