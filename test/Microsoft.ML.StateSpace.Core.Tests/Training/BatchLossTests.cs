using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The loss that a step reports is a mean: over weights of sequences, or over outputs of valid steps.</summary>
[Trait("Kind", "Law")]
public class BatchLossTests
{
    private static readonly int[] Lengths = [60, 3, 64, 50, 61, 1, 70];

    [Fact]
    public void TrainBatch_OfAClassifier_ReturnsTheWeightedMeanOfSmoothedLosses()
    {
        double[] weights = [3, 0.5, 1];
        const double Smoothing = 0.2;
        double expected = 0, total = 0;
        double actual = Loss("LRU, layer norm before, mean",
            new TrainingOptions { Threads = 2, ClassWeights = weights, LabelSmoothing = Smoothing }, (data, i, output, _) =>
        {
            expected += LossOracle.CrossEntropy(output, data.Classes(i)[0], Smoothing, weights[data.Classes(i)[0]]);
            total += weights[data.Classes(i)[0]];
        });
        actual.Should().BeApproximately(expected / total, Tolerance.Model);
    }

    [Fact]
    public void TrainBatch_OfOutputsAStep_ReturnsTheMeanOverAllValidOutputs()
    {
        double expected = 0;
        double actual = Loss("S5, sequence to sequence", new TrainingOptions { Threads = 2 }, (data, i, output, p) =>
        {
            double[][] targets = Rows.Unpack(data.TargetsOf(i).ToArray(), data.Targets.Width, data.Length(i))[0];
            expected += LossOracle.Squared(output, PositionWise.Standardize(p.Scope("Output"), targets).Flat());
        });
        actual.Should().BeApproximately(expected / (2 * Lengths.Sum()), Tolerance.Model);
    }

    [Fact]
    public void TrainBatch_OfSequencesWithoutWeight_LosesNothing()
        => Loss("LRU, layer norm before, mean", new TrainingOptions { Threads = 1, ClassWeights = [0, 0, 0] }, (_, _, _, _) => { })
            .Should().Be(0);

    [Theory]
    [InlineData("S5, sequence to sequence")]
    [InlineData("Tagging")]
    public void Washout_LeavesTheFirstStepsOfEverySequenceOut(string name)
    {
        const int Washout = 5;
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        var p = OracleParameters.Of(parameters);
        double expected = 0, total = 0;
        for (int i = 0; i < data.Count; i++)
        {
            double[][] x = Rows.Unpack(data.Values(i).ToArray(), data.Features, data.Length(i))[0];
            double[][] output = new ModelOracle(options).Forward(p, x);
            double[][] targets = data.Targets.Kind == TargetKind.Class ? [] : PositionWise.Standardize(
                p.Scope("Output"), Rows.Unpack(data.TargetsOf(i).ToArray(), data.Targets.Width, data.Length(i))[0]);
            for (int t = Washout; t < data.Length(i); t++)
            {
                expected += targets.Length > 0
                    ? LossOracle.Squared(output[t], targets[t])
                    : LossOracle.CrossEntropy(output[t], data.Classes(i)[t]);
                total += data.Targets.Width;
            }
        }
        var batch = new SequenceBatch(data.Features, data.Targets);
        batch.Fill(data, [.. Enumerable.Range(0, data.Count)], Washout);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions { Threads = 2 });
        engine.TrainBatch(batch, 0.01, 1).Should().BeApproximately(expected / total, Tolerance.Model);
    }

    private delegate void Look(StateSpace.Sequences.SequenceSet data, int index, double[] output, OracleParameters parameters);

    private static double Loss(string name, TrainingOptions training, Look look)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, Lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        var p = OracleParameters.Of(parameters);
        for (int i = 0; i < data.Count; i++)
            look(data, i,
                new ModelOracle(options).Forward(p, Rows.Unpack(data.Values(i).ToArray(), data.Features, data.Length(i))[0]).Flat(), p);
        using var engine = new CpuEngine(model, parameters, training);
        return engine.TrainBatch(ModelCases.Batch(data), 0.01, 1);
    }
}
