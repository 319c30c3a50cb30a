using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

/// <summary>Long sequences that are worked on in pieces: the loss and the gradient are those of the whole.</summary>
[Trait("Kind", "Law")]
public class PieceTests
{
    private const long NothingKept = 0, EverythingKept = PieceRun.LargestArena;
    private static readonly int[] Lengths = [2600, 300, 4133];

    // Shorter than the reach of a convolution (K - 1 is 2 or 3 in these models), or just as long, beside one that is cut.
    private static readonly int[] ShortBesideLong = [1, 2600, 2, 3];

    public static TheoryData<string, long> Cases
    {
        get
        {
            var cases = new TheoryData<string, long>();
            foreach (object[] row in (IEnumerable<object[]>)ModelCases.Names)
            {
                cases.Add((string)row[0], NothingKept);
                cases.Add((string)row[0], EverythingKept);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_IsThatOfTheWholeSequence(string name, long largestArena) => CheckGradient(name, largestArena, Lengths);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_IsThatOfTheWholeSequence_WhereAShortOneStandsBesideALongOne(string name, long largestArena)
        => CheckGradient(name, largestArena, ShortBesideLong);

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(1024)]
    public void Gradient_IsThatOfTheWholeSequence_WhereAConvolutionReachesBeyondAShortOne(int width)
    {
        var options = ModelCases.Options("H3, sequence to sequence");
        var scaffold = new H3Scaffold { ShiftSize = width, Expansion = 2 };
        options = options with { Architecture = options.Network with { Scaffold = scaffold } };
        CheckGradient(options, EverythingKept, [Math.Max(1, width - 2), 2600, Math.Max(1, width - 1), width]);
    }

    public static TheoryData<string> OfCores => [.. CoreEnrolment.All.SelectMany(core => core.Models).Select(model => model.Name)];

    // More channels than a kernel takes at once, or a carry goes through at once, and not a multiple of either.
    [Theory]
    [MemberData(nameof(OfCores))]
    public void Gradient_IsThatOfTheWholeSequence_WhereChannelsMakeSeveralGroups(string name)
    {
        var options = ModelCases.Options(name);
        CheckGradient(options with { Architecture = options.Network with { ModelSize = 72, Layers = 1 } }, EverythingKept, Lengths);
    }

    // Nearly a piece of more than 1,024 rows, more than one, and more than two.
    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1500)]
    [InlineData(3000)]
    public void Gradient_IsThatOfTheWholeSequence_WhereAttentionReachesBeyondAPiece(int window)
    {
        var options = ModelCases.Options("Griffin block, sequence to sequence");
        var scaffold = new GriffinScaffold { Expansion = 1, AttentionEvery = 2, Window = window };
        options = options with { Architecture = options.Network with { Scaffold = scaffold } };
        CheckGradient(options, EverythingKept, [4133, window == 1 ? 1 : window - 1, window, 100]);
    }

    private static void CheckGradient(string name, long largestArena, int[] lengths)
        => CheckGradient(ModelCases.Options(name), largestArena, lengths);

    private static void CheckGradient(SequenceModelOptions options, long largestArena, int[] lengths)
    {
        var (_, batch, model, parameters) = Create(options, lengths);
        var (expectedLoss, expected) = Whole(model, parameters, batch);

        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 2, LabelSmoothing = 0 }, largestArena);
        double loss = engine.TrainBatch(batch, 0.01, 1);

        loss.Should().BeApproximately(expectedLoss, expectedLoss * Tolerance.Gradient);
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            parameter.Of(engine.Gradient).Should().BeNear([.. parameter.Of(expected.Values).ToArray().Select(v => (double)v)],
                Tolerance.ModelGradient, parameter.Name);
    }

    [Theory]
    [InlineData("LRU, layer norm before, mean", 2)]
    [InlineData("LRU, layer norm before, mean", 8)]
    [InlineData("Griffin block, sequence to sequence", 8)]
    [InlineData("Griffin block, two-way", 8)]
    public void Gradient_HasTheSameBits_OnAnyNumberOfThreads(string name, int threads)
    {
        float[] Gradient(int count)
        {
            var (_, batch, model, parameters) = Create(name);
            using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = count });
            engine.TrainBatch(batch, 0.01, 1);
            return engine.Gradient.ToArray();
        }

        Gradient(threads).Should().BeBitwise(Gradient(1));
    }

    [Fact]
    public void Cut_CoversEveryStepOnce()
    {
        var (_, batch, model, _) = Create("S5, sequence to sequence");
        var run = Pieces(model);
        run.Cut(batch).Should().BeTrue();
        for (int s = 0; s < Lengths.Length; s++)
        {
            var pieces = Enumerable.Range(0, run.Count).Select(i => run[i]).Where(p => p.Sequence == s).ToList();
            pieces.Sum(p => p.Rows).Should().Be(Lengths[s]);
            pieces.Select(p => p.Start + p.Rows).SkipLast(1).Should().Equal(pieces.Select(p => p.Start).Skip(1));
        }
    }

    [Fact]
    public void Cut_LeavesShortOrManySequencesWhole()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var shortData = ModelCases.Data(options, 500, 600);
        var (model, _) = ModelCases.Create(options, shortData);
        Pieces(model).Cut(ModelCases.Batch(shortData)).Should().BeFalse();
        Pieces(model).Cut(ModelCases.Batch(ModelCases.Data(options, 2100, 2100, 2100, 2100, 2100)))
            .Should().BeFalse();
    }

    private static PieceRun Pieces(SequenceNetwork model)
        => new(model, new Workspaces(model, PieceRun.MostPieces, EverythingKept, 1, default));

    private static (SequenceSet Data, SequenceBatch Batch, SequenceNetwork Model, ParameterSet Parameters) Create(string name)
        => Create(ModelCases.Options(name), Lengths);

    private static (SequenceSet Data, SequenceBatch Batch, SequenceNetwork Model, ParameterSet Parameters) Create(
        SequenceModelOptions options, int[] lengths)
    {
        var data = ModelCases.Data(options, lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        return (data, ModelCases.Batch(data), model, parameters);
    }

    private static (double Loss, ParameterSet Gradient) Whole(SequenceNetwork model, ParameterSet parameters, SequenceBatch batch)
    {
        var workspace = new Workspace(model);
        var sums = new ParameterSet(parameters.Parameters);
        float[] prepared = new float[model.Layout.PreparedLength];
        var weights = new Weights(parameters.Values, prepared);
        var gradients = new Gradients(sums.Values, new float[prepared.Length]);
        model.Prepare(weights);
        workspace.Pack(parameters.Values, batch, 0, batch.Count, ArenaUse.Train);
        workspace.Forward(weights);
        var task = TaskLoss.Of(model.Options.Task, model.Options.Outputs, new TrainingOptions());
        double total = task.Weight(workspace.Targets), loss = task.Value(workspace.Output, workspace.Targets);
        task.Derivative(workspace.Output, workspace.Targets, 1 / total, workspace.OutputGradient);
        workspace.Backward(weights, gradients, 0);
        model.PrepareBackward(weights, gradients);
        return (loss / total, sums);
    }
}
