using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The closed step of extended successive approximations for the poles and the input matrix of a diagonal core. With the costates
/// <c>p_t = -s_t</c> of the states of <c>x_t = lambda x_{t-1} + B u_t</c> it maximises, for each state by itself,
/// <c>Re sum conj(p_t) (dl x_{t-1} + dB u_t) - (rho / 2) sum (|dl x_{t-1} + dB u_t|^2 + |dl|^2 |p_t|^2)</c> with
/// <c>|lambda + dl| &lt;= r</c>.
/// Source: the two penalties are those of Li, Chen, Tai, E, "Maximum Principle Based Algorithms for Deep Learning", JMLR 2018; the closed
/// form is ours. Cost: one Cholesky factor of <c>sum u u'</c> and two solves a state.
/// </summary>
internal sealed class CoreStep
{
    /// <summary>
    /// This share of the traces stands on the diagonals: inputs may be dependent, and the sums come from numbers of 32 bits.
    /// </summary>
    private const double Ridge = 1e-6;

    /// <summary>Rounded to 32 bits a pole may lie outside of its radius by less than this.</summary>
    private const double Rounding = 1e-6;

    /// <summary>A pole of magnitude zero has no parameters.</summary>
    private const double LeastRadius = 1e-12;

    private readonly DiagonalCore _core;
    private readonly Complex[] _poles;
    private readonly Complex[,] _inputs;
    private readonly Complex[,] _z; // A z = q, (H, N)
    private readonly Complex[,] _v; // A v = r_u, (H, N)
    private readonly Complex[] _slopes; // r_lambda - q^* v
    private readonly double[] _curvatures; // a - q^* z, or 0 where there is nothing to learn from
    private readonly double[] _radii;

    /// <param name="core">The core; its closed step must exist.</param>
    /// <param name="sums">What its rows say, where gradients of states are those of <paramref name="weight"/> times the objective.</param>
    /// <param name="weights">The parameters at which the sums were made, and what is prepared from them.</param>
    /// <param name="gradient">The gradient of the objective by the prepared values.</param>
    /// <param name="weight">By what the objective was divided: the sum of the weights of all rows.</param>
    /// <param name="largestRadius">The largest magnitude that a pole may grow to.</param>
    /// <param name="mostRadius">The largest magnitude that any pole may have.</param>
    public CoreStep(
        DiagonalCore core, CoreSums sums, Weights weights, ReadOnlySpan<double> gradient, double weight, double largestRadius,
        double mostRadius)
    {
        _core = core;
        int states = core.States, inputs = core.InputSize;
        (_poles, _slopes, _curvatures, _radii) = (new Complex[states], new Complex[states], new double[states], new double[states]);
        (_inputs, _z, _v) = (new Complex[states, inputs], new Complex[inputs, states], new Complex[inputs, states]);
        ReadOnlySpan<float> poles = core.PolesOf(weights.Prepared), matrix = core.InputMatrixOf(weights.Prepared);
        ReadOnlySpan<double> poleGradient = core.PolesOf(gradient), matrixGradient = core.InputMatrixOf(gradient);
        for (int n = 0; n < states; n++)
        {
            _poles[n] = new(poles[n], poles[states + n]);
            for (int h = 0; h < inputs; h++)
                _inputs[n, h] = new(matrix[n * inputs + h], matrix[(states + n) * inputs + h]);
            double magnitude = _poles[n].Magnitude;
            _radii[n] = Math.Min(
                Math.Max(magnitude, Math.Min(largestRadius, (1 + magnitude) / 2)),
                Math.Min(core.LargestRadiusOf(weights.Values, n), mostRadius - Rounding));
        }
        if (!Solve(sums, matrixGradient, weight))
            return;
        for (int n = 0; n < states; n++)
        {
            double a = (1 + Ridge) * (sums.StateSquares[n] + weight * weight * sums.GradientSquares[n]);
            _slopes[n] = -weight * new Complex(poleGradient[n], poleGradient[states + n]);
            Complex qz = 0;
            for (int h = 0; h < inputs; h++)
            {
                var q = Complex.Conjugate(Product(sums, h, n));
                (qz, _slopes[n]) = (qz + q * _z[h, n], _slopes[n] - q * _v[h, n]);
            }
            _curvatures[n] = Math.Max(a - qz.Real, Ridge * a);
        }
    }

    /// <summary>The radius within which each pole stays.</summary>
    public IReadOnlyList<double> Radii => _radii;

    /// <summary>Sets the parameters behind a step with these penalties.</summary>
    /// <param name="values">The parameters of the model; only those of the core's poles and inputs are set.</param>
    /// <param name="penalties">rho of each state.</param>
    public void Apply(Span<float> values, ReadOnlySpan<double> penalties)
    {
        var inputs = new Complex[_core.InputSize];
        for (int n = 0; n < _poles.Length; n++)
        {
            if (_curvatures[n] == 0)
                continue;
            var pole = _poles[n] + _slopes[n] / (penalties[n] * _curvatures[n]);
            double magnitude = pole.Magnitude;
            if (magnitude > _radii[n])
                pole *= _radii[n] / magnitude;
            if (magnitude < LeastRadius)
                pole = LeastRadius;
            if (!_core.CanMoveTo(pole))
                continue;
            for (int h = 0; h < inputs.Length; h++)
                inputs[h] = _inputs[n, h] + _v[h, n] / penalties[n] - _z[h, n] * (pole - _poles[n]);
            _core.MoveState(values, n, pole, inputs);
        }
    }

    // Sets z and v, with one factor for all states. False where there is no input at all.
    private bool Solve(CoreSums sums, ReadOnlySpan<double> matrixGradient, double weight)
    {
        int states = _core.States, inputs = _core.InputSize;
        var a = new Matrix(inputs, inputs);
        sums.InputProducts.CopyTo(a.Values);
        double trace = 0;
        for (int h = 0; h < inputs; h++)
            trace += a[h, h];
        a.AddToDiagonal(Ridge * trace);
        if (!Triangular.Cholesky(a, a))
            return false;
        var right = new Matrix(inputs, 4 * states); // q and r_u, each as two planes
        for (int h = 0; h < inputs; h++)
        {
            sums.StateProducts.AsSpan(h * 2 * states, 2 * states).CopyTo(right.Row(h));
            for (int n = 0; n < 2 * states; n++)
                right[h, 2 * states + n] = -weight * matrixGradient[n * inputs + h];
        }
        Triangular.Solve(a, right);
        Triangular.SolveTransposed(a, right);
        for (int h = 0; h < inputs; h++)
        {
            for (int n = 0; n < states; n++)
            {
                _z[h, n] = new(right[h, n], right[h, states + n]);
                _v[h, n] = new(right[h, 2 * states + n], right[h, 3 * states + n]);
            }
        }
        return true;
    }

    private Complex Product(CoreSums sums, int h, int n)
        => new(sums.StateProducts[h * 2 * _core.States + n], sums.StateProducts[(h * 2 + 1) * _core.States + n]);
}
