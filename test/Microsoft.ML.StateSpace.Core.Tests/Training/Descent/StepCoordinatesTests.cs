using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Steps in poles and input matrices, and the way back to the parameters.</summary>
public class StepCoordinatesTests
{
    private const string Tiny = "levenberg_tiny/";
    private const double Near = 1e-6; // of values of 32 bits near one

    /// <summary>One complex state between an encoder and a decoder that change nothing: the model of the reference values.</summary>
    private static readonly SequenceModelOptions OneState = new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
        Architecture = new LruOptions
        {
            Layers = 1, ModelSize = 1, StateSize = 1, Bidirectional = false, Scaffold = new LinearScaffold(), Norm = NormKind.None,
            Dropout = 0, OutputForm = LruOutputForm.RealPart,
        },
    };

    public static TheoryData<string> Diagonal => ["Lru", "S5"];

    [Fact]
    public void RowsAndGradient_OfOneState_AreTheReferenceValues()
    {
        float[] inputs = Floats(Tiny + "u"), targets = Floats(Tiny + "ystar");
        using var run = Of(ReferenceValues.At(Tiny + "theta"), inputs, targets);
        int rows = inputs.Length;
        var coordinates = new StepCoordinates(run.Batch);
        var jacobian = new Jacobian(run.Batch, coordinates);
        double[] gradient = new double[coordinates.Count], columns = new double[coordinates.Count * rows];
        coordinates.Start(run.Point, gradient);
        jacobian.Fill(0, rows, columns);

        run.Point.Objective.Should().BeApproximately(ReferenceValues.Number(Tiny + "J") / rows, Near);
        int[] places = Places(run);
        Pick(gradient, places).Should().BeNear([.. ReferenceValues.At(Tiny + "gradient").Select(g => g / rows)], Near);
        double[] expected = ReferenceValues.At(Tiny + "R");
        for (int t = 0; t < rows; t++)
        {
            Pick([.. Enumerable.Range(0, coordinates.Count).Select(column => columns[column * rows + t])], places)
                .Should().BeNear([.. expected[(7 * t)..(7 * t + 7)].Select(value => value / Math.Sqrt(rows))], Near);
        }
    }

    [Fact]
    public void StepOfOneState_LeadsToTheReferenceValues()
    {
        float[] inputs = Floats(Tiny + "u"), targets = Floats(Tiny + "ystar");
        using var run = Of(ReferenceValues.At(Tiny + "theta"), inputs, targets);
        var coordinates = new StepCoordinates(run.Batch);
        var direction = new double[coordinates.Count];
        coordinates.Start(run.Point, direction);
        direction.AsSpan().Clear();
        double[] step = ReferenceValues.At(Tiny + "trials/2/step");
        int[] places = Places(run);
        for (int i = 0; i < places.Length; i++)
            direction[places[i]] = step[i];
        float[] candidate = [.. run.Point.Values];
        double square = coordinates.Candidate(run.Point, direction, candidate);

        square.Should().BeApproximately(run.Point.SquaredStep(candidate), 0).And.BePositive();
        run.Batch.Objective(candidate).Should().BeApproximately(ReferenceValues.Number(Tiny + "trials/2/J_new") / inputs.Length, Near);
        Prepared(run).Should().BeNear(ReferenceValues.At(Tiny + "theta_new")[..4], Near);
    }

    // The step that was taken solves the damped equations of the rows, found here by another way.
    [Theory]
    [MemberData(nameof(Diagonal))]
    public void Iteration_TakesTheStepOfTheDampedEquations(string core)
    {
        using var run = new MsaRun(DescentCases.Linear(core), DescentCases.Data(count: 3));
        var coordinates = new StepCoordinates(run.Batch);
        int size = coordinates.Count;
        var gradient = new double[size];
        coordinates.Start(run.Point, gradient);
        var jacobian = new Jacobian(run.Batch, coordinates);
        var columns = new double[size * jacobian.Rows];
        jacobian.Fill(0, jacobian.Rows, columns);
        double[] before = Values(run, coordinates);

        var iteration = new LevenbergMarquardt(new LevenbergMarquardtOptions { Damping = 1 }, run.Batch).Iterate(run.Point)!;

        run.Batch.Set(run.Point.Values);
        double[] after = Values(run, coordinates), taken = [.. after.Zip(before, (a, b) => a - b)];
        var left = new double[size]; // (R'R + mu D) d + g
        double[] answers = [.. Enumerable.Range(0, jacobian.Rows).Select(
            row => Enumerable.Range(0, size).Sum(j => columns[j * jacobian.Rows + row] * taken[j]))];
        for (int i = 0; i < size; i++)
        {
            var column = columns.AsSpan(i * jacobian.Rows, jacobian.Rows).ToArray();
            double square = column.Sum(value => value * value);
            left[i] = column.Zip(answers, (a, b) => a * b).Sum()
                + iteration.Penalty * (square + 1e-9 / run.Batch.TotalWeight) * taken[i] + gradient[i];
        }
        left.Should().OnlyContain(value => Math.Abs(value) < 1e-5 * gradient.Max(Math.Abs));
    }

    [Theory]
    [MemberData(nameof(Diagonal))]
    public void Step_IsTakenByPolesAndInputs_WhichStayWithinTheirRadius(string core)
    {
        using var run = new MsaRun(DescentCases.Model(core), DescentCases.Data());
        var coordinates = new StepCoordinates(run.Batch);
        var direction = new double[coordinates.Count];
        coordinates.Start(run.Point, direction);
        double[] before = Values(run, coordinates);
        float[] candidate = [.. run.Point.Values];
        direction.AsSpan().Clear();
        coordinates.Candidate(run.Point, direction, candidate);
        run.Batch.Set(candidate);
        Values(run, coordinates).Should().BeNear(before, Near, "no step changes nothing");

        var random = new Random(1);
        foreach (ref double value in direction.AsSpan())
            value = 2 * random.NextDouble() - 1;
        run.Batch.Set(run.Point.Values);
        coordinates.Candidate(run.Point, direction, candidate);
        run.Batch.Set(candidate);
        run.Batch.Radius.Should().BeLessThanOrEqualTo(run.Batch.MostRadius);
        double[] after = Values(run, coordinates);
        int states = ((DiagonalCore)run.Network.Cores[0]).States, free = 0, first = coordinates.Count - Prepared(run).Length;
        for (int n = 0; n < states; n++)
        {
            Complex At(double[] values) => new(values[first + n], values[first + states + n]);
            Complex asked = At(before) + At(direction), got = At(after);
            free += asked.Magnitude < run.Batch.MostRadius ? 1 : 0;
            double limit = Math.Min(
                run.Batch.MostRadius - Near, ((DiagonalCore)run.Network.Cores[0]).LargestRadiusOf(run.Point.Values, n));
            var expected = asked.Magnitude > limit ? asked * (limit / asked.Magnitude) : asked;
            (got - expected).Magnitude.Should().BeLessThan(1e-5);
        }
        free.Should().BeInRange(1, states - 1, "some poles must be set back, and some not, or the example tells nothing");
        for (int i = 0; i < coordinates.Count; i++)
        {
            if (i < first || i >= first + 2 * states)
                after[i].Should().BeApproximately(before[i] + direction[i], 1e-5);
        }
    }

    /// <summary>
    /// The student turns slowly at first, and in the other sense than the teacher, so the way of its pole leads across the real axis. The
    /// logarithm of a phase has no such way: there the pole ends on the axis.
    /// </summary>
    [Fact]
    public void PoleCrossesTheRealAxis()
    {
        var pole = Complex.FromPolarCoordinates(0.9, -0.3);
        var random = new Random(7);
        float[] inputs = [.. Enumerable.Range(0, 200).Select(_ => (float)(2 * random.NextDouble() - 1))];
        var targets = new float[inputs.Length];
        Complex x = 0;
        for (int t = 0; t < inputs.Length; t++)
        {
            x = pole * x + inputs[t];
            targets[t] = (float)(Complex.ImaginaryOne * x).Real;
        }
        var start = Complex.FromPolarCoordinates(0.7, 0.1);
        (double Objective, double Imaginary) End(double regularization)
        {
            using var run = Of([start.Real, start.Imaginary, 1, 0, 0, 0.3, 0], inputs, targets, regularization);
            var method = new LevenbergMarquardt(new LevenbergMarquardtOptions(), run.Batch);
            for (int i = 0; i < 60 && method.Iterate(run.Point) is not null; i++)
            {
            }
            run.Batch.Set(run.Point.Values);
            return (run.Point.Objective, Prepared(run)[1]);
        }
        var (objective, imaginary) = End(0);
        objective.Should().BeLessThan(1e-9);
        imaginary.Should().BeApproximately(pole.Imaginary, 1e-3);
        // So small a regularization changes nothing but the coordinates, which are then the parameters.
        (objective, imaginary) = End(1e-30);
        objective.Should().BeGreaterThan(1e-2);
        imaginary.Should().BeGreaterThanOrEqualTo(0);
    }

    private static MsaRun Of(double[] theta, float[] inputs, float[] targets, double regularization = 0)
    {
        var network = new SequenceNetwork(OneState);
        var parameters = network.Layout.Create(new Random(1));
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            parameter.Of(parameters.Values).Fill(parameter.Name is "Encoder.Weight" or "Decoder.Weight" ? 1 : 0);
        var core = (DiagonalCore)network.Cores[0];
        core.SetSystem(
            parameters.Values, [new(theta[0], theta[1])], new Complex[,] { { new(theta[2], theta[3]) } },
            new Complex[,] { { new(theta[4], theta[5]) } });
        core.FeedThrough.Parameter!.Of(parameters.Values)[0] = (float)theta[6];
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.SequenceToSequence, 1));
        data.Add(inputs, targets);
        return new MsaRun((network, parameters), data, regularization: regularization);
    }

    // Where the numbers of theta stand among the coordinates: behind all other parameters the pole and its input.
    private static int[] Places(MsaRun run)
    {
        var starts = new Dictionary<string, int>();
        int at = 0;
        foreach (var parameter in Plain(run))
        {
            starts[parameter.Name.Split('.')[^1]] = at;
            at += parameter.Length;
        }
        return [at, at + 1, at + 2, at + 3, starts["C"], starts["C"] + 1, starts["D"]];
    }

    private static IEnumerable<Parameter> Plain(MsaRun run)
    {
        HashSet<Parameter> taken = [.. ((DiagonalCore)run.Network.Cores[0]).ControlParameters];
        return run.Batch.Parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed && !taken.Contains(p));
    }

    private static double[] Pick(double[] values, int[] places) => [.. places.Select(place => values[place])];

    private static float[] Floats(string path) => [.. ReferenceValues.At(path).Select(value => (float)value)];

    private static float[] Prepared(MsaRun run)
    {
        var core = (DiagonalCore)run.Network.Cores[0];
        return [.. core.PolesOf(run.Batch.Weights.Prepared), .. core.InputMatrixOf(run.Batch.Weights.Prepared)];
    }

    // The coordinates at the parameters that were set last.
    private static double[] Values(MsaRun run, StepCoordinates coordinates)
    {
        float[] set = [.. run.Batch.Parameters.Values];
        double[] values = [.. Plain(run).SelectMany(p => p.Of(set).ToArray()).Concat(Prepared(run)).Select(value => (double)value)];
        values.Should().HaveCount(coordinates.Count);
        return values;
    }
}
