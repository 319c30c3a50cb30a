using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>What holds for the costates of every network.</summary>
[Trait("Kind", "Law")]
public class CostateLaws
{
    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Costates_AreMinusTheGradientOfTheStream(string name)
    {
        const int Index = 1;
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 6, 9, 5);
        var model = ControlCases.Model(options, data);
        var trajectory = PontryaginAnalysis.Of(model, data, Index).Trajectory;

        var p = OracleParameters.Of(model.Parameters);
        var oracle = new ModelOracle(options) { Intervals = data.Intervals(Index).ToArray().ToDouble() };
        int weight = Enumerable.Range(0, data.Count).Sum(i => data.Targets.Rows(data.Length(i)) * data.Targets.Width);
        double scale = data.Count / (double)weight;
        double[] targets = data.Targets.Kind == TargetKind.Class ? []
            : PositionWise.Standardize(
                p.Scope("Output"),
                Rows.Unpack(data.TargetsOf(Index).ToArray(), data.Targets.Width, data.Targets.Rows(trajectory.Length))[0]).Flat();
        for (int layer = 0; layer < trajectory.Streams.Count; layer++)
        {
            var stream = trajectory.Streams[layer];
            double[][] h = Rows.Unpack([.. stream.Values], stream.Width, trajectory.Length)[0];
            double Loss() => scale * LossOracle.Of(oracle.ForwardFrom(layer, p, h).Flat(), data.Classes(Index), targets);

            Loss().Should().BeApproximately(trajectory.Loss, 1e-4 * (1 + trajectory.Loss), "the stream is that of the model");
            ((float[])[.. stream.Costates]).Should().BeNear(
                [.. NumericGradient.Of(Loss, h).Select(g => -g)], Tolerance.ModelGradient, $"costates in front of layer {layer}");
            if (layer > 0)
                trajectory.Hamiltonian[layer - 1].Should().BeApproximately(
                    stream.Costates.Zip(stream.Values, (a, b) => (double)a * b).Sum(), 1e-9);
        }
        trajectory.Hamiltonian.Should().HaveCount(options.Network.Layers!.Value);
    }

    // Few sequences and many, whose terms differ.
    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Gradient_IsThatOfTheMeanLoss_WhateverItsTerms(string name)
    {
        var options = ModelCases.Options(name);
        foreach (int count in (int[])[3, 8])
        {
            var data = ModelCases.Data(options, [.. Enumerable.Range(0, count).Select(i => 5 + 3 * i % 7)]);
            var (network, parameters) = ModelCases.Create(options, data);
            var analysis = PontryaginAnalysis.Of(ControlCases.Model(options, parameters), data, threads: 2);

            var training = new TrainingOptions { Threads = 1, LearningRate = 1, WeightDecay = 0 };
            using var engine = new CpuEngine(network, parameters, training);
            double loss = engine.TrainBatch(ModelCases.Batch(data), 0, 0);
            double square = 0;
            foreach (var parameter in parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed))
            {
                foreach (float value in parameter.Of(engine.Gradient))
                    square += (double)value * value;
            }

            analysis.Terms.Should().Be(count < 8 ? ResidualTerms.Stretches : ResidualTerms.Sequences);
            analysis.Loss.Should().BeApproximately(loss, 1e-6 * (1 + loss));
            Math.Sqrt(analysis.Residuals.Sum(group => group.GradientNorm * group.GradientNorm))
                .Should().BeApproximately(Math.Sqrt(square), Tolerance.ModelGradient * Math.Sqrt(square));
            analysis.Residuals.Sum(group => group.Parameters).Should().Be(
                parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed).Sum(parameter => parameter.Length));
        }
    }

    [Theory]
    [MemberData(nameof(ModelCases.Names), MemberType = typeof(ModelCases))]
    public void Analysis_IsTheSameForAnyNumberOfThreads_AndReadsWell(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, [.. Enumerable.Range(0, 9).Select(i => 5 + 4 * i % 11)]);
        var model = ControlCases.Model(options, data);
        var analysis = PontryaginAnalysis.Of(model, data, trajectoryOf: 2, threads: 1);

        ControlCases.Bits(PontryaginAnalysis.Of(model, data, trajectoryOf: 2, threads: 4)).Should().Be(ControlCases.Bits(analysis));
        foreach (var group in analysis.Residuals)
            group.Residual.Should().BeInRange(0, 1, group.Name);
        analysis.Layers.Should().HaveCount(options.Network.Layers!.Value);
        foreach (var layer in analysis.Layers)
        {
            layer.RootMeanSquare.Should().BePositive();
            layer.Reach.Steps.Should().BeInRange(0, layer.Reach.Power.Count - 1);
        }
        analysis.Cores.Sum(core => core.PoleReaches.Count).Should().Be(Pole.Of(model).Count);
        string[] lines = $"{analysis}".Split('\n');
        lines.Should().OnlyContain(line => line.Length < 100);
        foreach (var group in analysis.Residuals)
            lines.Should().Contain(line => line.Contains(group.Name));
    }

    // Of classes a sequence weighs the same in any set.
    [Theory]
    [InlineData("LRU, layer norm before, mean")]
    [InlineData("Mean and maximum, two-way")]
    [InlineData("Mean and share, two-way")]
    public void Trajectory_DoesNotDependOnTheOtherSequences(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 12, 40, 7, 33);
        var model = ControlCases.Model(options, data);
        foreach (int index in (int[])[1, 2])
        {
            var among = PontryaginAnalysis.Of(model, data, index).Trajectory;
            var alone = PontryaginAnalysis.Of(model, data.Select([index])).Trajectory;
            for (int layer = 0; layer < among.Streams.Count; layer++)
                alone.Streams[layer].Costates.Should().Equal(among.Streams[layer].Costates);
            alone.Cores.Select(core => core.Costates[^1]).Should().Equal(among.Cores.Select(core => core.Costates[^1]));
        }
    }

    [Fact]
    public void AnotherUnitOfTheTargets_ChangesNothing()
    {
        var options = ModelCases.Options("Linear, dense skip, sequence to sequence");
        var data = ControlCases.Data(options, 9, 20);
        var other = data.Empty();
        for (int i = 0; i < data.Count; i++)
            other.Add(data.Values(i).ToArray(), [.. data.TargetsOf(i).ToArray().Select(value => 1024 * value)]);
        string Residuals(SequenceSet set)
            => string.Join(
                '\n', PontryaginAnalysis.Of(ControlCases.Model(options, set), set).Residuals.Select(g => $"{g.Name} {g.Residual:f5}"));

        Residuals(other).Should().Be(Residuals(data));
    }

    [Fact]
    public void WhatIsNotKnown_AndWhatIsWashedOut_CountsNowhere()
    {
        var options = ModelCases.Options("Tagging");
        var data = ControlCases.Data(options, 9, 20);
        var partly = data.Empty();
        for (int i = 0; i < data.Count; i++)
            partly.AddClasses(data.Values(i).ToArray(), [.. data.Classes(i).ToArray().Select((c, t) => t < 5 ? -1 : c)]);
        partly.AddClasses(data.Values(0).ToArray(), [.. Enumerable.Repeat(-1, 20)]);
        var parameters = ModelCases.Create(options, data).Parameters;
        var washed = PontryaginAnalysis.Of(ControlCases.Model(options, parameters, new() { Washout = 5 }), data);
        var unknown = PontryaginAnalysis.Of(ControlCases.Model(options, parameters), partly);

        ControlCases.Bits(unknown).Should().Be(ControlCases.Bits(washed));
        washed.Sequences.Should().Be(9);
        washed.Trajectory.Streams[^1].Costates.Take(5 * 6).Should().OnlyContain(p => p == 0);
    }
}
