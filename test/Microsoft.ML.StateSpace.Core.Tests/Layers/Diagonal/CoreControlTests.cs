using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>Poles and input matrix of the diagonal cores as controls: the sums of a backward pass, the closed step, the way back.</summary>
[Trait("Kind", "Law")]
public class CoreControlTests
{
    private const int Size = 3, States = 5;
    private static readonly int[] Lengths = [150, 1, 70];

    private static readonly Dictionary<string, Func<ParameterLayout, bool, DiagonalCore>> Kinds = new()
    {
        ["LRU"] = (layout, twoWay) => new Lru(layout, new LruOptions(), Size, States, twoWay),
        ["LRU, tied"] = (layout, twoWay) => new Lru(
            layout, new LruOptions { Normalization = LruNormalization.TiedL2 }, Size, States, twoWay),
        ["LRU, tied, static"] = (layout, twoWay) => new Lru(
            layout, new LruOptions { Normalization = LruNormalization.TiedStatic, OutputForm = LruOutputForm.TwiceRealPart }, Size, States,
            twoWay),
        ["LRU, pre form"] = (layout, twoWay) => new Lru(layout, new LruOptions { Form = SystemForm.Pre }, Size, States, twoWay),
        ["S5"] = (layout, twoWay) => new S5(layout, new S5Options { StepSizeMinimum = 0.02, StepSizeMaximum = 0.1 }, Size, States, twoWay),
        ["S5, bilinear"] = (layout, twoWay) => new S5(
            layout, new S5Options { Discretization = Discretization.Bilinear, StepSizeMinimum = 0.02, StepSizeMaximum = 0.1 }, Size, States,
            twoWay),
        ["S5, clipped, one step size"] = (layout, twoWay) => new S5(
            layout, new S5Options { Parametrization = S5Parametrization.Clipped, GlobalStepSize = true, StepSizeMinimum = 0.02 }, Size,
            States, twoWay),
    };

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string kind in Kinds.Keys)
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }
            return data;
        }
    }

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_AreThoseOfTheOracle(string kind, bool twoWay)
    {
        var run = new ControlRun(layout => Kinds[kind](layout, twoWay));
        float[] input = Draw.Uniform(Lengths.Sum() * Size, 7), upstream = Draw.Uniform(input.Length, 8);
        AssertNear(run.Backward(input, upstream, Lengths), run.Oracle(input, upstream, Lengths));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_OfPieces_AreThoseOfTheWhole(string kind, bool twoWay)
    {
        var run = new ControlRun(layout => Kinds[kind](layout, twoWay));
        float[] input = Draw.Uniform(192 * Size, 7), upstream = Draw.Uniform(input.Length, 8);
        AssertNear(run.BackwardPieces(input, upstream, 128), run.Oracle(input, upstream, [192]));
    }

    // The step of the engine against that of the oracle, with the ridge that the engine needs for sums of 32-bit numbers.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_IsThatOfTheOracle(string kind, bool twoWay)
    {
        foreach (double rho in new[] { 0.5, 30 })
        {
            var run = new ControlRun(layout => Kinds[kind](layout, twoWay));
            float[] input = Draw.Uniform(Lengths.Sum() * Size, 7), upstream = Draw.Uniform(input.Length, 8);
            var sums = run.Backward(input, upstream, Lengths);
            var step = new CoreStep(run.Core, sums, run.Weights, run.PreparedGradient, 1, 0.9999, 1);
            double[] penalties = [.. Enumerable.Repeat(rho, States)];
            var (poles, matrix, _) = run.Oracle(input, upstream, Lengths).Step(
                run.Poles(), run.InputMatrix(), penalties, [.. step.Radii]);
            step.Apply(run.Run.Parameters.Values, penalties);
            run.Run.Prepare();
            AssertNear(run.Poles(), poles, 1e-3);
            AssertNear(run.InputMatrix().Cast<Complex>(), matrix.Cast<Complex>(), 1e-3);
        }
    }

    // Poles of all magnitudes, at angles of up to an eighth of a turn from the old ones: an angle of many turns would cost digits.
    [Theory]
    [MemberData(nameof(Names))]
    public void MovedState_HasItsPoleAndItsInputs(string kind)
    {
        var random = new Random(3);
        for (int trial = 0; trial < 100; trial++)
        {
            var run = new ControlRun(layout => Kinds[kind](layout, false));
            var old = run.Poles();
            var poles = new Complex[States];
            var inputs = new Complex[States, Size];
            for (int n = 0; n < States; n++)
            {
                double limit = Math.Min(0.9999, run.Core.LargestRadiusOf(run.Run.Parameters.Values, n));
                poles[n] = Complex.FromPolarCoordinates(
                    limit * Math.Sqrt(random.NextDouble()), old[n].Phase + Math.PI / 4 * (2 * random.NextDouble() - 1));
                var row = new Complex[Size];
                for (int h = 0; h < Size; h++)
                    row[h] = inputs[n, h] = new(2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
                run.Core.MoveState(run.Run.Parameters.Values, n, poles[n], row);
            }
            run.Run.Prepare();
            AssertNear(run.Poles(), poles, 1e-6);
            AssertNear(run.InputMatrix().Cast<Complex>(), inputs.Cast<Complex>(), 1e-6);
        }
    }

    // A small turn of a pole is a small change of its angle, not one by a full turn.
    [Theory]
    [MemberData(nameof(Names))]
    public void MovedState_StaysNearItsOldParameters(string kind)
    {
        var run = new ControlRun(layout => Kinds[kind](layout, false));
        float[] before = run.Run.Parameters.Values.ToArray();
        var (poles, inputs) = (run.Poles(), run.InputMatrix());
        for (int n = 0; n < States; n++)
        {
            Complex[] row = [.. Enumerable.Range(0, Size).Select(h => inputs[n, h])];
            run.Core.MoveState(run.Run.Parameters.Values, n, poles[n], row);
        }
        run.Run.Parameters.Values.Should().BeNear([.. before.Select(value => (double)value)], 1e-4);
    }

    private static void AssertNear(CoreSums actual, ControlSums expected)
    {
        double[] q = new double[Size * 2 * States];
        for (int h = 0; h < Size; h++)
            for (int n = 0; n < States; n++)
                (q[(2 * h) * States + n], q[(2 * h + 1) * States + n]) = (expected.Q[n, h].Real, expected.Q[n, h].Imaginary);
        actual.InputProducts.Should().BeNear(expected.Inputs.Flat(), 1e-6, "A");
        actual.StateProducts.Should().BeNear(q, Tolerance.Gradient, "q");
        double[] a = [.. actual.StateSquares.Zip(actual.GradientSquares, (x, s) => x + s)];
        a.Should().BeNear(expected.A, Tolerance.Gradient, "a");
    }

    private static void AssertNear(IEnumerable<Complex> actual, IEnumerable<Complex> expected, double tolerance)
    {
        actual.SelectMany(z => new[] { z.Real, z.Imaginary })
            .Should().BeNear([.. expected.SelectMany(z => new[] { z.Real, z.Imaginary })], tolerance);
    }
}
