using Microsoft.ML.StateSpace.Core.Tests.Sequences;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>What holds for every model that answers pairs of sequences.</summary>
[Trait("Kind", "Law")]
public class PairTests
{
    private static readonly int[] Lengths = [9, 2, 140, 21, 40];

    public static TheoryData<string> Names => ModelCases.PairNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void Answers_AreThoseOfTheOracle(string name)
    {
        var (_, data, model) = Case(name);
        var p = OracleParameters.Of(model.Parameters);
        for (int i = 0; i < data.Count; i++)
        {
            double[] expected = new ModelOracle(model.Options).ForwardPair(p, Part(data, i, second: false), Part(data, i, second: true))[0];
            float[] finished = [.. expected.Select(value => (float)value)];
            new SequenceNetwork(model.Options).Finish(model.Parameters.Values, finished);
            Predict(model, data, i).Should().BeNear(finished.ToDouble(), Tolerance.Model, $"pair {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_IsThatOfTheOraclesLoss(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 7, 3, 12);
        var (network, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(network, parameters, new TrainingOptions { Threads = 1, GradientClip = 1e9 });
        engine.TrainBatch(ModelCases.Batch(data), 0, 0);
        var p = OracleParameters.Of(parameters);
        double Loss() => Enumerable.Range(0, data.Count).Average(i => LossOracle.Of(
            new ModelOracle(options).ForwardPair(p, Part(data, i, second: false), Part(data, i, second: true))[0], data.Classes(i),
            data.Targets.Kind == TargetKind.Class ? []
                : PositionWise.Standardize(p.Scope("Output"), [data.TargetsOf(i).ToArray().ToDouble()])[0])
            / (data.Targets.Kind == TargetKind.Class ? 1 : options.Outputs));
        foreach (var parameter in parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed))
            parameter.Of(engine.Gradient).ToArray()
                .Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.ModelGradient, parameter.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ABatch_HasTheBitsOfItsPairs_InAnyOrder(string name)
    {
        var (network, data, model) = Case(name);
        int outputs = model.Options.Outputs;
        using var engine = new CpuEngine(network, model.Parameters, new TrainingOptions { Threads = 2 });
        foreach (int[] order in (int[][])[[0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [3]])
        {
            var batch = new SequenceBatch(data.Features, data.Targets);
            batch.Fill(data, order);
            var answers = new float[order.Length * outputs];
            engine.Predict(batch, answers);
            network.Finish(model.Parameters.Values, answers);
            for (int i = 0; i < order.Length; i++)
                answers[(i * outputs)..((i + 1) * outputs)].Should().BeBitwise(Predict(model, data, order[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Windows_HaveTheBitsOfTheWhole(string name)
    {
        var (_, data, model) = Case(name);
        var small = new SequencePredictor(model, windowRows: 64);
        for (int i = 0; i < data.Count; i++)
        {
            var answer = new float[model.Options.Outputs];
            small.Predict(data, i, answer);
            answer.Should().BeBitwise(Predict(model, data, i));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSecondSequence_AndWhereItBegins_Count(string name)
    {
        var (_, data, model) = Case(name);
        float[] values = data.Values(3).ToArray(), answer = Predict(model, data, 3);
        int split = data.Split(3) * data.Features;
        Pair(model, values[split..], values[..split]).Should().NotEqual(answer);
        Pair(model, values[..(split + data.Features)], values[(split + data.Features)..]).Should().NotEqual(answer);
        Pair(model, values[..split], values[split..]).Should().BeBitwise(answer);
        Pair(model, values, []).Should().OnlyContain(value => float.IsNaN(value));
        Pair(model, [], values).Should().OnlyContain(value => float.IsNaN(value));
    }

    [Fact]
    public void TwoLikeSequences_AreComparedAsTheyAre()
    {
        // The second begins from a state of zero, not from that of the first.
        var (_, data, model) = Case("Pairs, regression");
        float[] values = data.Values(4).ToArray();
        var p = OracleParameters.Of(model.Parameters);
        double[][] x = Rows.Unpack(values, data.Features, data.Length(4))[0];
        float[] expected = [.. new ModelOracle(model.Options).ForwardPair(p, x, x)[0].Select(value => (float)value)];
        new SequenceNetwork(model.Options).Finish(model.Parameters.Values, expected);
        Pair(model, values, values).Should().BeNear(expected.ToDouble(), Tolerance.Model, "answers");
    }

    [Fact]
    public void Training_GivesTheSameBits_StreamedOrNot_AndOnAnyNumberOfThreads()
    {
        var data = Task(48);
        var training = SmallTask.Training with { Epochs = 2 };
        float[] Values(SequenceSource source, int threads)
            => Trainer.Fit(PairTask, training with { Threads = threads }, source).Parameters.Values.ToArray();
        float[] once = Values(data, 1);
        Values(data, 2).Should().BeBitwise(once);
        Values(RowsOfSet.Stream(new RowsOfSet(data), data.Bytes), 2).Should().BeBitwise(once);
        var streamed = RowsOfSet.Stream(data, data.Bytes / 2);
        Values(streamed, 1).Should().BeBitwise(Values(RowsOfSet.Stream(data, data.Bytes / 2), 2));
        // Every pair comes out of the pool as it went in: as many epochs learn as much.
        Score(Trainer.Fit(PairTask, training with { Epochs = 30 }, streamed)).Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void APairThatIsCutElsewhere_IsAnotherRow()
    {
        var data = Task(8);
        var moved = data.Empty();
        for (int i = 0; i < data.Count; i++)
            moved.Add(data.Values(i).ToArray(), default, data.Classes(i).ToArray(), default, data.Split(i) + (i == 5 ? 1 : 0));
        var rows = new RowsOfSet(data);
        var streamed = RowsOfSet.Stream(rows, data.Bytes / 2);
        rows.Instead = moved;
        Invoking(() => streamed.Parts(default).Count()).Should().Throw<InvalidOperationException>().WithMessage("*row 5*");
    }

    [Fact]
    public void AnEnsemble_IsTheMeanOfItsMembers_AndIsSaved()
    {
        var model = ModelTraining.Fit(
            PairTask with
            {
                Architecture = new EnsembleOptions { Members = [PairTask.Architecture, PairTask.Network with { Pooling = Pooling.Max }] },
            },
            SmallTask.Training with { Epochs = 1 }, Task(16));
        var data = Task(4);
        using var file = new MemoryStream();
        ModelFile.Write(file, model);
        file.Position = 0;
        var loaded = ModelFile.Read(file);
        loaded.Options.HasPairs.Should().BeTrue();
        for (int i = 0; i < data.Count; i++)
            Predict(loaded, data, i).Should().BeBitwise(Predict(model, data, i)).And.OnlyContain(value => value > 0 && value < 1);
    }

    // What no estimator would train cannot come out of a file either.
    [Fact]
    public void AFileThatClaimsWhatPairsCannotHave_IsRefused()
    {
        SequenceModelOptions[] claims =
        [
            PairTask with { Task = SequenceTask.Tagging }, PairTask with { HasIntervals = true },
            PairTask with { Architecture = new StateSpaceBankOptions { Filters = 16 } },
            PairTask with { Architecture = CoreDefinition.All.First(core => core.IsCertified).CreateOptions() },
        ];
        foreach (var claim in claims)
            Invoking(() => NetworkCheck.Require(claim, [])).Should().Throw<InvalidDataException>().WithMessage("*pair of sequences *");
    }

    [Fact]
    public void WhereNothingIsNamed_PairsGetANetwork()
        => DefaultArchitecture.Choose(PairTask with { Architecture = null! }, new TrainingOptions(), Task(8)).Should().Be(new S5Options());

    // Do both sequences have the same frequency?
    private static SequenceModelOptions PairTask { get; } = SmallTask.Model with { HasPairs = true };

    private static SequenceSet Task(int count, int seed = 1)
    {
        var random = new Random(seed);
        var data = new SequenceSet(1, TargetLayout.Classes) { HasPairs = true };
        for (int i = 0; i < count; i++)
        {
            int first = random.Next(2), second = random.Next(2);
            float[] a = Wave(first, random), b = Wave(second, random);
            data.Add((float[])[.. a, .. b], default, new[] { first == second ? 1 : 0 }, default, a.Length);
        }
        return data;
    }

    private static float[] Wave(int kind, Random random)
    {
        double phase = Math.Tau * random.NextDouble();
        return [.. Enumerable.Range(0, random.Next(20, 40)).Select(t => (float)Math.Sin((kind == 0 ? 0.3 : 0.9) * t + phase))];
    }

    private static double Score(TrainedModel model)
    {
        var test = Task(100, seed: 2);
        return Enumerable.Range(0, test.Count).Average(i => Predict(model, test, i)[test.Classes(i)[0]] > 0.5 ? 1.0 : 0);
    }

    private static (SequenceNetwork Network, SequenceSet Data, TrainedModel Model) Case(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (network, parameters) = ModelCases.Create(options, data);
        return (network, data, new TrainedModel(options, parameters, Summary.None));
    }

    private static float[] Predict(TrainedModel model, SequenceSet data, int index)
    {
        var answer = new float[model.Options.Outputs];
        new SequencePredictor(model).Predict(data, index, answer);
        return answer;
    }

    private static float[] Pair(TrainedModel model, float[] first, float[] second)
    {
        var answer = new float[model.Options.Outputs];
        new SequencePredictor(model).PredictPair(first, second, answer);
        return answer;
    }

    private static double[][] Part(SequenceSet data, int index, bool second)
    {
        float[] values = data.Values(index).ToArray();
        int split = data.Split(index) * data.Features;
        float[] own = second ? values[split..] : values[..split];
        return Rows.Unpack(own, data.Features, own.Length / data.Features)[0];
    }
}
