using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Methods of descent on networks that answer pairs of sequences.</summary>
public class PairDescentTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string name in ModelCases.PairNames)
            foreach (var (method, options) in DescentCases.Methods)
                if (options is not LevenbergMarquardtOptions || name == "Pairs, regression")
                    cases.Add(name, method);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryMethod_LowersTheObjectiveOfPairs_WithTheSameBitsOnAnyNumberOfThreads(string name, string method)
    {
        var options = ModelCases.Options(name);
        options = options with { Architecture = options.Network with { Dropout = 0 } };
        var data = ModelCases.Data(options, 9, 2, 21, 13, 40);
        TrainedModel Fit(int threads) => Trainer.Fit(
            options,
            new TrainingOptions
            {
                Method = DescentCases.Methods[method], Seed = 1, Epochs = 4, Threads = threads, ValidationFraction = 0,
            },
            data);
        var model = Fit(1);
        var descent = model.Summary.Descent!;
        descent.IsMonotone.Should().BeTrue();
        descent.Iterations.Should().NotBeEmpty();
        descent.Iterations[^1].Objective.Should().BeLessThan(descent.InitialObjective);
        Fit(2).Parameters.Values.ToArray().Should().BeBitwise(model.Parameters.Values.ToArray());
    }

    // J = |r|^2 / 2, so its gradient is R' r, where R is the derivative of the errors r.
    [Fact]
    public void Jacobian_OfPairs_HasTheGradientOfTheObjective()
    {
        var options = ModelCases.Options("Pairs, regression");
        var data = ModelCases.Data(options, 9, 2, 21, 13);
        var (network, parameters) = ModelCases.Create(options, data);
        using var batch = new FullBatch(network, parameters, data, new TrainingOptions { Threads = 2 }, 0);
        var coordinates = new StepCoordinates(batch);
        var expected = new double[coordinates.Count];
        coordinates.Start(new DescentPoint(batch, parameters.Values), expected);
        var jacobian = new Jacobian(batch, coordinates);
        var columns = new double[jacobian.Rows * jacobian.Columns];
        jacobian.Fill(0, jacobian.Rows, columns);

        double[] errors = [.. Enumerable.Range(0, data.Count).SelectMany(i => Errors(options, parameters, data, i))
            .Select(error => error / Math.Sqrt(jacobian.Rows))];
        double[] found = [.. Enumerable.Range(0, jacobian.Columns)
            .Select(column => errors.Select((error, row) => error * columns[column * jacobian.Rows + row]).Sum())];
        found.Should().BeNear(expected, Tolerance.ModelGradient, "R' r");
    }

    private static double[] Errors(SequenceModelOptions options, ParameterSet parameters, SequenceSet data, int index)
    {
        var p = OracleParameters.Of(parameters);
        float[] values = data.Values(index).ToArray();
        int split = data.Split(index) * data.Features;
        double[][] Part(float[] own) => Rows.Unpack(own, data.Features, own.Length / data.Features)[0];
        double[] answer = new ModelOracle(options).ForwardPair(p, Part(values[..split]), Part(values[split..]))[0],
            target = PositionWise.Standardize(p.Scope("Output"), [data.TargetsOf(index).ToArray().ToDouble()])[0];
        return [.. answer.Zip(target, (y, t) => y - t)];
    }
}
