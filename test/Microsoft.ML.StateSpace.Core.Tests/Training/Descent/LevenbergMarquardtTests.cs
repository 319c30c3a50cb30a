using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class LevenbergMarquardtTests
{
    /// <summary>The reference values have twelve digits.</summary>
    private const double Digits = 1e-9;

    [Fact]
    public void Oracle_AgreesWithTheReferenceValues()
    {
        const string Entry = "levenberg_tiny/";
        var oracle = new LevenbergOracle(ReferenceValues.At(Entry + "u"), ReferenceValues.At(Entry + "ystar"));
        double[] theta = ReferenceValues.At(Entry + "theta");
        double objective = oracle.Objective(theta), mu = 0.01;
        objective.Should().BeApproximately(ReferenceValues.Number(Entry + "J"), Digits);
        oracle.Errors(theta).Should().BeNear(ReferenceValues.At(Entry + "e"), Digits);
        oracle.Jacobian(theta).SelectMany(row => row).ToArray().Should().BeNear(ReferenceValues.At(Entry + "R"), Digits);
        for (int trial = 0; ; trial++)
        {
            double[] step = oracle.Step(theta, mu), next = [.. theta.Zip(step, (a, b) => a + b)];
            mu.Should().BeApproximately(ReferenceValues.Number($"{Entry}trials/{trial}/mu"), Digits);
            step.Should().BeNear(ReferenceValues.At($"{Entry}trials/{trial}/step"), Digits);
            oracle.Objective(next).Should().BeApproximately(ReferenceValues.Number($"{Entry}trials/{trial}/J_new"), Digits);
            if (oracle.Objective(next) < objective)
            {
                next.Should().BeNear(ReferenceValues.At(Entry + "theta_new"), Digits);
                (mu / 5).Should().BeApproximately(ReferenceValues.Number(Entry + "mu_next"), Digits);
                trial.Should().BeGreaterThan(0, "the first trials must be rejected, or the example tells nothing");
                return;
            }
            mu *= 4;
        }
    }

    /// <summary>The rows of the derivative against differences of the model's oracle, in double.</summary>
    [Theory]
    [InlineData("MLP, sequence to sequence")]
    [InlineData("Linear, dense skip, sequence to sequence")]
    [InlineData("Missing values, sequence to sequence")]
    [InlineData("Regression")]
    public void Jacobian_IsThatOfTheOracle(string name)
    {
        const int Washout = 2;
        var options = ModelCases.Options(name);
        int[] lengths = [9, 5];
        var data = ModelCases.Data(options, lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        bool isPooled = model.Head.IsPooled;
        double[] weights = options.Outputs == 1 ? [3.0] : [1.0, 3.0];
        var training = new TrainingOptions { Threads = 2, Washout = isPooled ? 0 : Washout, OutputWeights = weights };
        // With a regularization the coordinates are the parameters, as they are of the oracle.
        using var batch = new FullBatch(model, parameters, data, training, regularization: 1);
        batch.Set(parameters.Values);
        var jacobian = new Jacobian(batch, new StepCoordinates(batch));
        var columns = new double[jacobian.Rows * jacobian.Columns];
        jacobian.Fill(0, jacobian.Rows, columns);

        double total = 0;
        List<(int Sequence, int Row, int Output)> rows = [];
        for (int i = 0; i < lengths.Length; i++)
            for (int t = isPooled ? 0 : Washout; t < (isPooled ? 1 : lengths[i]); t++)
                for (int o = 0; o < options.Outputs; o++)
                {
                    rows.Add((i, t, o));
                    total += weights[o];
                }
        jacobian.Rows.Should().Be(rows.Count);
        var oracle = OracleParameters.Of(parameters);
        double[][] x(int i) => Rows.Unpack(data.Values(i).ToArray(), data.Features, data.Length(i))[0];
        foreach (int index in new[] { 0, rows.Count / 2, rows.Count - 1 })
        {
            var (i, t, o) = rows[index];
            var sequence = x(i);
            int column = 0;
            foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            {
                double[] slope = NumericGradient.Of(
                    () => Math.Sqrt(weights[o] / total) * new ModelOracle(options).Forward(oracle, sequence)[t][o], oracle[parameter.Name]);
                Enumerable.Range(column, parameter.Length).Select(c => columns[c * jacobian.Rows + index]).ToArray()
                    .Should().BeNear(slope, Tolerance.ModelGradient, $"{parameter.Name} of row {index}");
                column += parameter.Length;
            }
        }
    }
}
