using System.Numerics;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Training.Descent;

/// <summary>What the documentation of training as optimal control claims, on random problems in double.</summary>
[Trait("Kind", "Law")]
public class ControlTheoryTests
{
    // The loss of a sequence is a square of each state, so the central difference with a step of 1 is exact.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Costates_AreMinusTheDerivativesByTheStates(bool isPre)
    {
        var problem = ControlFixtures.Random(1, isPre, states: 3, inputs: 2, sequences: 2, rows: 9);
        var p = problem.Costates(1);
        for (int k = 0; k < p.Length; k++)
        {
            for (int n = 0; n < problem.States; n++)
            {
                p[k][n].Real.Should().BeApproximately(-Slope(problem, k, n, 1), 1e-10);
                p[k][n].Imaginary.Should().BeApproximately(-Slope(problem, k, n, Complex.ImaginaryOne), 1e-10);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Increment_IsExact_ForStepsOfAnySize(bool isPre)
    {
        var random = new Random(3);
        for (int trial = 0; trial < 20; trial++)
        {
            var problem = ControlFixtures.Random(10 + trial, isPre, states: 3, inputs: 2, sequences: 3, rows: 20);
            var moved = problem with
            {
                Lambda = [.. problem.Lambda.Select(pole => pole * random.NextDouble())],
                B = ControlFixtures.Matrix([.. problem.B.Cast<Complex>().Select(b => b + random.NextDouble() - 0.5)], 2),
            };
            var (linear, quadratic) = problem.Increment(moved);
            double expected = moved.Objective() - problem.Objective();
            (linear + quadratic).Should().BeApproximately(expected, 1e-10 * (Math.Abs(expected) + problem.Objective()));
        }
    }

    // Two hundred steps on ten problems: the objective never rises, and falls by at least the bound.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CertifiedStep_NeverRaisesTheObjective(bool isPre)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var problem = ControlFixtures.Random(seed, isPre, states: 3, inputs: 2, sequences: 2, rows: 15);
            for (int step = 0; step < 20; step++)
            {
                double[] radii = [.. problem.Lambda.Select(pole => Math.Min(0.9999, (1 + pole.Magnitude) / 2))];
                double[] rho = problem.CertifiedPenalty(radii).Rho;
                var (lambda, b, _) = problem.Sums().Step(problem.Lambda, problem.B, rho, radii);
                var moved = problem with { Lambda = lambda, B = b };
                double before = problem.Objective(), after = moved.Objective(), bound = ControlFixtures.Bound(problem, moved, rho);
                bound.Should().BePositive();
                (before - after).Should().BeGreaterThanOrEqualTo(bound - 1e-13 * before);
                problem = moved;
            }
        }
    }

    // With poles and C held, J is convex in (B, D): the steps for B and the exact D reach the least squares of both.
    [Fact]
    public void InputMatrixAndFeedThrough_ReachLeastSquares()
    {
        // Poles far from one another and from the real line, so that the sensitivities are not nearly dependent.
        var problem = ControlFixtures.Random(5, isPre: false, states: 2, inputs: 1, sequences: 2, rows: 30) with
        {
            Lambda = [Complex.FromPolarCoordinates(0.6, 0.8), Complex.FromPolarCoordinates(0.7, -2)],
        };
        double least = LeastSquares(problem), rho = 1;
        for (int step = 0; step < 2_000; step++)
        {
            var sums = problem.Sums();
            ControlProblem moved;
            for (; ; rho *= 2)
            {
                // The costates' part of G only holds the poles back, and these are held here anyway.
                var b = problem.B.Cast<Complex>().Select((value, n) => value + sums.RU[n, 0] / (rho * sums.Inputs[0, 0]));
                moved = problem with { B = ControlFixtures.Matrix([.. b], 1) };
                if (moved.Objective() <= problem.Objective())
                    break;
            }
            problem = WithBestFeedThrough(moved);
            rho *= 0.9;
        }
        least.Should().BeGreaterThan(1e-3, "the teacher has other poles, so that something is left over");
        problem.Objective().Should().BeApproximately(least, 1e-8);
    }

    // f = (theta, theta^2), J = x1^2 / 2 + (x2 - 0.4)^2 / 2. The best control is theta = 0. It is stationary for the Hamiltonian, but it is
    // where the Hamiltonian is smallest. So a constant control need not obey the maximum principle, and nothing may report that it does.
    [Fact]
    public void BestConstantControl_IsStationary_AndNotMaximal()
    {
        double Objective(double theta) => 0.5 * theta * theta + 0.5 * Math.Pow(theta * theta - 0.4, 2);
        double Hamiltonian(double theta, double held) => -held * theta + (0.4 - held * held) * theta * theta;

        // Proximal steps reach it: argmax of H - (eps / 2) (theta - held)^2 with costates held, for eps above twice the curvature.
        double theta = 0.5, before = double.PositiveInfinity;
        const double Eps = 4;
        for (int step = 0; step < 400; step++)
        {
            Objective(theta).Should().BeLessThanOrEqualTo(before + 1e-15);
            before = Objective(theta);
            theta = (Eps - 1) * theta / (Eps - 2 * (0.4 - theta * theta));
        }
        theta.Should().BeApproximately(0, 1e-8);
        for (double other = -1; other <= 1; other += 0.125)
        {
            Objective(other).Should().BeGreaterThanOrEqualTo(Objective(0));
            Hamiltonian(other, 0).Should().BeGreaterThanOrEqualTo(Hamiltonian(0, 0), "the control minimises the Hamiltonian");
        }
        Hamiltonian(1, 0).Should().BePositive();
    }

    // Closed steps with C and D held, until the sequences hardly ask for a change any more: then the step is as good as none.
    [Fact]
    public void ClosedSteps_EndWhereTheResidualVanishes()
    {
        var problem = ControlFixtures.Random(8, isPre: false, states: 1, inputs: 1, sequences: 4, rows: 30);
        double rho = 1, residual = 1, size = 1;
        for (int step = 0; step < 3_000 && residual >= 1e-7; step++)
        {
            residual = Residual(problem);
            var sums = problem.Sums();
            for (; ; rho *= 2)
            {
                var (lambda, b, _) = sums.Step(problem.Lambda, problem.B, [rho], [0.99]);
                var moved = problem with { Lambda = lambda, B = b };
                size = Math.Max((lambda[0] - problem.Lambda[0]).Magnitude, (b[0, 0] - problem.B[0, 0]).Magnitude);
                if (moved.Objective() > problem.Objective() * (1 + 1e-15))
                    continue;
                problem = moved;
                break;
            }
            rho *= 0.9;
        }
        residual.Should().BeLessThan(1e-7);
        size.Should().BeLessThan(1e-6);
        problem.Objective().Should().BeGreaterThan(1e-4, "with C and D held the teacher cannot be reached, so no error vanishes");
    }

    // |sum g| / sqrt(M sum |g|^2) of the gradients of single sequences by the pole and the input.
    private static double Residual(ControlProblem problem)
    {
        Complex pole = 0, input = 0;
        double squares = 0;
        for (int m = 0; m < problem.Sequences; m++)
        {
            var sums = (problem with { U = [problem.U[m]], Targets = [problem.Targets[m]] }).Sums();
            (pole, input) = (pole + sums.RLambda[0], input + sums.RU[0, 0]);
            squares += Math.Pow(sums.RLambda[0].Magnitude, 2) + Math.Pow(sums.RU[0, 0].Magnitude, 2);
        }
        return Math.Sqrt((Math.Pow(pole.Magnitude, 2) + Math.Pow(input.Magnitude, 2)) / (problem.Sequences * squares));
    }

    private static double Slope(ControlProblem problem, int k, int n, Complex direction)
        => (Loss(problem, k, n, direction) - Loss(problem, k, n, -direction)) / 2;

    // The loss of sequence 1 where state n of X_k is moved, and the system goes on from there.
    private static double Loss(ControlProblem problem, int k, int n, Complex move)
    {
        var x = problem.Trajectory(1);
        x[k][n] += move;
        for (int after = k + 1; after < x.Length; after++)
            x[after][n] += move * Complex.Pow(problem.Lambda[n], after - k);
        return ControlProblem.HalfSquare(problem.Errors(1, x));
    }

    private static ControlProblem WithBestFeedThrough(ControlProblem problem)
    {
        double product = 0, square = 0;
        for (int m = 0; m < problem.Sequences; m++)
        {
            double[][] e = problem.Errors(m, problem.Trajectory(m));
            for (int t = 0; t < e.Length; t++)
                (product, square) = (product + e[t][0] * problem.U[m][t][0], square + Math.Pow(problem.U[m][t][0], 2));
        }
        return problem with { D = [problem.D[0] - product / square] };
    }

    // The outputs are linear in (Re B, Im B, D): each column is the output of one unit coefficient.
    private static double LeastSquares(ControlProblem problem)
    {
        int size = 2 * problem.States + 1;
        double[][] columns = [.. Enumerable.Range(0, size).Select(i =>
        {
            var b = new Complex[problem.States, 1];
            if (i < 2 * problem.States)
                b[i / 2, 0] = i % 2 == 0 ? Complex.One : Complex.ImaginaryOne;
            var unit = problem with { B = b, D = [i == size - 1 ? 1 : 0], Targets = [.. problem.Targets.Select(Zeros)] };
            return Outputs(unit);
        })];
        double[] target = Outputs(problem with { B = new Complex[problem.States, 1], D = [0] }).Select(value => -value).ToArray();
        var f = new double[target.Length, size];
        for (int i = 0; i < target.Length; i++)
            for (int j = 0; j < size; j++)
                f[i, j] = columns[j][i];
        double[,] y = Dense.Of(target, 1), solution = f.T().Times(f).Inverse().Times(f.T(), y);
        return f.Times(solution).Plus(y, -1).Flat().Sum(e => 0.5 * e * e) / problem.Sequences;
    }

    private static double[][] Zeros(double[][] rows) => [.. rows.Select(row => new double[row.Length])];

    private static double[] Outputs(ControlProblem problem)
        => [.. Enumerable.Range(0, problem.Sequences).SelectMany(m => problem.Errors(m, problem.Trajectory(m)).SelectMany(row => row))];
}
