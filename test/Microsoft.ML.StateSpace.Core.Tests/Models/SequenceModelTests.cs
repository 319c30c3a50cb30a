using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

[Trait("Kind", "Law")]
public class SequenceModelTests
{
    private static readonly int[] Lengths = [6, 1, 9];

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Forward_MatchesOracle(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 6, 1, 9, 70);
        var (model, parameters) = ModelCases.Create(options, data);
        var (workspace, _) = Forward(model, parameters, ModelCases.Batch(data));
        var oracle = new ModelOracle(options);
        double[][][] x = Inputs(data);
        workspace.Output
            .Should().BeNear(x.Select((sequence, i) => At(oracle, data, i).Forward(OracleParameters.Of(parameters), sequence)).Flat(),
                Tolerance.Model, "outputs");
    }

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Backward_MatchesNumericGradientOfTheLoss(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        var gradients = Gradients(model, parameters, ModelCases.Batch(data));

        var oracle = new ModelOracle(options);
        var p = OracleParameters.Of(parameters);
        double[][][] x = Inputs(data);
        double[][] targets = [.. Enumerable.Range(0, data.Count).Select(i => Target(p, data, i))];
        double Loss()
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double[] output = At(oracle, data, i).Forward(p, x[i]).Flat();
                sum += LossOracle.Of(output, data.Classes(i), targets[i]);
            }
            return sum;
        }
        foreach (var parameter in parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed))
            gradients[parameter.Name]
                .Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.ModelGradient, parameter.Name);
    }

    [Theory]
    [MemberData(nameof(ModelCases.CausalSequenceNames), MemberType = typeof(ModelCases))]
    public void Step_MatchesOracle(string name)
    {
        const int Length = 70;
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Length);
        var (model, parameters) = ModelCases.Create(options, data);
        float[] prepared = new float[model.Layout.PreparedLength], state = new float[model.StateSize],
            scratch = new float[model.StepScratchSize];
        var outputs = new float[Length * options.Outputs];
        var weights = new Weights(parameters.Values, prepared);
        model.Prepare(weights);
        int[] starts = [0, 1];
        for (int t = 0; t < Length; t++)
        {
            var pass = new Pass { Weights = weights, Starts = starts, Scratch = scratch,
                Intervals = data.HasIntervals ? data.Intervals(0).Slice(t, 1) : default };
            model.Step(pass, t, data.Values(0).Slice(t * options.Inputs, options.Inputs),
                outputs.AsSpan(t * options.Outputs, options.Outputs), state);
        }
        double[][] expected = At(new ModelOracle(options), data, 0).Forward(OracleParameters.Of(parameters), Inputs(data)[0]);
        outputs.Should().BeNear(expected.Flat(), Tolerance.Model, "outputs");
    }

    [Fact]
    public void Constructor_NamesTheSizeThatIsMissing()
    {
        var options = ModelCases.Options("LRU, layer norm before, mean");
        Invoking(() => new SequenceNetwork(options with { Architecture = options.Network with { StateSize = null } }))
            .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain("StateSize");
    }

    private static (Workspace Workspace, float[] Prepared) Forward(SequenceNetwork model, ParameterSet parameters, SequenceBatch batch)
    {
        var workspace = new Workspace(model);
        float[] prepared = new float[model.Layout.PreparedLength];
        var weights = new Weights(parameters.Values, prepared);
        model.Prepare(weights);
        workspace.Pack(parameters.Values, batch, 0, batch.Count, ArenaUse.Train);
        workspace.Forward(weights);
        return (workspace, prepared);
    }

    private static ParameterSet Gradients(SequenceNetwork model, ParameterSet parameters, SequenceBatch batch)
    {
        var (workspace, prepared) = Forward(model, parameters, batch);
        TaskLoss.Of(model.Options.Task, model.Options.Outputs, new TrainingOptions())
            .Derivative(workspace.Output, workspace.Targets, 1, workspace.OutputGradient);
        var sums = new ParameterSet(parameters.Parameters);
        var weights = new Weights(parameters.Values, prepared);
        var gradients = new Gradients(sums.Values, new float[prepared.Length]);
        workspace.Backward(weights, gradients, 0);
        model.PrepareBackward(weights, gradients);
        return sums;
    }

    private static ModelOracle At(ModelOracle oracle, SequenceSet data, int index)
        => oracle with { Intervals = data.Intervals(index).ToArray().ToDouble() };

    private static double[][][] Inputs(SequenceSet data)
        => [.. Enumerable.Range(0, data.Count).Select(i => Rows.Unpack(data.Values(i).ToArray(), data.Features, data.Length(i))[0])];

    private static double[] Target(OracleParameters p, SequenceSet data, int index)
        => data.Targets.Kind == TargetKind.Class ? []
            : PositionWise.Standardize(
                p.Scope("Output"),
                Rows.Unpack(data.TargetsOf(index).ToArray(), data.Targets.Width, data.Targets.Rows(data.Length(index)))[0]).Flat();
}
