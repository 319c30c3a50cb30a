using System.Numerics;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Training.Descent;

/// <summary>The oracle of training as optimal control holds the reference values.</summary>
[Trait("Kind", "Oracle")]
public class ControlOracleTests
{
    // The fixture has twelve significant digits.
    private const double Digits = 2e-11;

    [Fact]
    public void Tiny_HoldsItsValues_InPreForm()
    {
        var problem = ControlFixtures.Problem("msa_tiny", isPre: true);
        problem.Objective().Should().BeApproximately(ReferenceValues.Number("msa_tiny/J"), 1e-12);
        AssertStates("msa_tiny", problem, first: 0);
        var sums = problem.Sums();
        AssertGradient("msa_tiny", sums, problem.Sequences);
        var (lambda, b, _) = sums.Step(problem.Lambda, problem.B, [4, 4], [1, 1]);
        var moved = problem with { Lambda = lambda, B = b };
        ControlFixtures.Assert("msa_tiny/lambda_new", lambda, 1e-9);
        ControlFixtures.Assert("msa_tiny/B_new", b.Cast<Complex>(), 1e-9);
        moved.Objective().Should().BeApproximately(ReferenceValues.Number("msa_tiny/J_after_dyn"), 1e-9);
        var best = moved.WithBestReadOut(1e-3);
        double[] readOut = [.. best.C.Cast<Complex>().Select(c => c.Real), .. best.C.Cast<Complex>().Select(c => c.Imaginary), best.D[0]];
        readOut.Should().BeNear(ReferenceValues.At("msa_tiny/readout_new_[ReC,ImC,D]"), 1e-9);
        best.Objective().Should().BeApproximately(ReferenceValues.Number("msa_tiny/J_after_readout"), 1e-9);
    }

    [Fact]
    public void Post_HoldsItsSums()
    {
        var problem = ControlFixtures.Problem("msa_post", isPre: false);
        problem.Objective().Should().BeApproximately(ReferenceValues.Number("msa_post/J"), Digits);
        AssertStates("msa_post", problem, first: 1);
        var sums = problem.Sums();
        AssertGradient("msa_post", sums, problem.Sequences);
        sums.Inputs.Flat().Should().BeNear(ReferenceValues.At("msa_post/A"), Digits);
        sums.A.Should().BeNear(ReferenceValues.At("msa_post/a"), 12 * Digits);
        ControlFixtures.Assert("msa_post/q", sums.Q.Cast<Complex>(), Digits);
        ControlFixtures.Assert("msa_post/r_lambda", sums.RLambda, Digits);
        ControlFixtures.Assert("msa_post/r_u", sums.RU.Cast<Complex>(), Digits);
    }

    [Theory]
    [InlineData("step", 4, 0.99, 0.99)]
    [InlineData("projected", 0.3, 0.9, 0.55)]
    public void Post_HoldsItsSteps(string name, double rho, double first, double second)
    {
        var problem = ControlFixtures.Problem("msa_post", isPre: false);
        AssertStep(name, problem, [rho, rho], [first, second]);
    }

    [Fact]
    public void Post_HoldsItsCertifiedStep()
    {
        var problem = ControlFixtures.Problem("msa_post", isPre: false);
        double[] radii = [0.9, 0.9];
        var (w, rho) = problem.CertifiedPenalty(radii);
        w.Should().BeNear(ReferenceValues.At("msa_post/certified/w"), 200 * Digits);
        rho.Should().BeNear(ReferenceValues.At("msa_post/certified/rho_star"), 200 * Digits);
        var moved = AssertStep("certified", problem, rho, radii);
        ControlFixtures.Bound(problem, moved, rho)
            .Should().BeApproximately(ReferenceValues.Number("msa_post/certified/decrease_at_least"), Digits);
    }

    [Fact]
    public void Post_HoldsItsReadOut()
    {
        var problem = ControlFixtures.Problem("msa_post", isPre: false);
        var (lambda, b, _) = problem.Sums().Step(problem.Lambda, problem.B, [4, 4], [0.99, 0.99]);
        var best = (problem with { Lambda = lambda, B = b }).WithBestReadOut(1e-6);
        ControlFixtures.Assert("msa_post/readout/C", best.C.Cast<Complex>(), 1e-9);
        best.D.Should().BeNear(ReferenceValues.At("msa_post/readout/D"), 1e-9);
        best.Objective().Should().BeApproximately(ReferenceValues.Number("msa_post/readout/J"), 1e-9);
    }

    [Fact]
    public void Post_HoldsItsParameters()
    {
        Complex[] poles = ControlFixtures.Complexes("msa_post/step/lambda_new"), old = ControlFixtures.Complexes("msa_post/lambda");
        double[] oldAngles = [.. old.Select(pole => pole.Phase < 0 ? pole.Phase + 2 * Math.PI : pole.Phase)];
        foreach (string name in new[] { "lru_l2", "lru_static" })
        {
            var mapped = poles.Select((pole, n) => PoleMapping.Logarithms(pole, oldAngles[n])).ToArray();
            mapped.Select(pair => pair.NuLog).Should().BeNear(ReferenceValues.At($"msa_post/map_back/{name}/NuLog"), 1e-9);
            mapped.Select(pair => pair.ThetaLog).Should().BeNear(ReferenceValues.At($"msa_post/map_back/{name}/ThetaLog"), 1e-9);
        }
        double[] steps = ReferenceValues.At("msa_post/map_back/s5_zoh/step");
        var before = ControlFixtures.Complexes("msa_post/map_back/s5_zoh/Lambda_old");
        Complex[] held = [.. poles.Select((pole, n) => PoleMapping.Hold(pole, steps[n], before[n]))];
        ControlFixtures.Assert("msa_post/map_back/s5_zoh/Lambda", held, 1e-9);
        ControlFixtures.Assert("msa_post/map_back/s5_zoh/factor", held.Select((z, n) => PoleMapping.HoldFactor(z, steps[n])), 1e-9);
        Complex[] mapped2 = [.. poles.Select((pole, n) => PoleMapping.Bilinear(pole, steps[n]))];
        ControlFixtures.Assert("msa_post/map_back/s5_bilinear/Lambda", mapped2, 1e-9);
        ControlFixtures.Assert(
            "msa_post/map_back/s5_bilinear/factor", mapped2.Select((z, n) => PoleMapping.BilinearFactor(z, steps[n])), 1e-9);
    }

    [Theory]
    [InlineData("pre")]
    [InlineData("post")]
    public void Increment_IsExact(string form)
    {
        var problem = ControlFixtures.Problem("increment_identity", form == "pre");
        var lambda = ControlFixtures.Complexes("increment_identity/d_lambda");
        var b = ControlFixtures.Complexes("increment_identity/d_B");
        var moved = problem with
        {
            Lambda = [.. problem.Lambda.Zip(lambda, (value, change) => value + change)],
            B = ControlFixtures.Matrix([.. problem.B.Cast<Complex>().Zip(b, (value, change) => value + change)], 1),
        };
        string path = $"increment_identity/{form}";
        problem.Objective().Should().BeApproximately(ReferenceValues.Number($"{path}/J"), Digits);
        moved.Objective().Should().BeApproximately(ReferenceValues.Number($"{path}/J_new"), Digits);
        var (linear, quadratic) = problem.Increment(moved);
        linear.Should().BeApproximately(ReferenceValues.Number($"{path}/increment_linear"), Digits);
        quadratic.Should().BeApproximately(ReferenceValues.Number($"{path}/increment_quadratic"), Digits);
        (linear + quadratic).Should().BeApproximately(moved.Objective() - problem.Objective(), 1e-13);
    }

    private static ControlProblem AssertStep(string name, ControlProblem problem, double[] rho, double[] radii)
    {
        var (lambda, b, projected) = problem.Sums().Step(problem.Lambda, problem.B, rho, radii);
        var moved = problem with { Lambda = lambda, B = b };
        ControlFixtures.Assert($"msa_post/{name}/lambda_new", lambda, Digits);
        ControlFixtures.Assert($"msa_post/{name}/B_new", b.Cast<Complex>(), Digits);
        projected.Should().Equal(name == "projected" ? [false, true] : [false, false]);
        moved.Objective().Should().BeApproximately(ReferenceValues.Number($"msa_post/{name}/J_new"), 12 * Digits);
        var (linear, quadratic) = problem.Increment(moved);
        linear.Should().BeApproximately(ReferenceValues.Number($"msa_post/{name}/increment_linear"), 12 * Digits);
        quadratic.Should().BeApproximately(ReferenceValues.Number($"msa_post/{name}/increment_quadratic"), 12 * Digits);
        return moved;
    }

    private static void AssertStates(string name, ControlProblem problem, int first)
    {
        var states = Enumerable.Range(0, problem.Sequences).SelectMany(m => problem.Trajectory(m).Skip(first).SelectMany(x => x));
        var costates = Enumerable.Range(0, problem.Sequences).SelectMany(m => problem.Costates(m).Skip(first).SelectMany(p => p));
        ControlFixtures.Assert($"{name}/X", states, Digits);
        ControlFixtures.Assert($"{name}/costate", costates, Digits);
    }

    // The gradient of the mean over sequences is minus the mean of the sums with the costates.
    private static void AssertGradient(string name, ControlSums sums, int sequences)
    {
        ControlFixtures.Assert($"{name}/grad_lambda", sums.RLambda.Select(r => -r / sequences), Digits);
        ControlFixtures.Assert($"{name}/grad_B", sums.RU.Cast<Complex>().Select(r => -r / sequences), Digits);
    }
}
