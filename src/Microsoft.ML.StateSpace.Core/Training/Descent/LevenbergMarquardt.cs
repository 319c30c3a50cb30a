using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Levenberg-Marquardt (Levenberg 1944, Marquardt 1963): <c>(R'R + lambda I + mu D) d = -g</c>, where R is the <see cref="Jacobian"/>, g
/// the gradient, lambda the regularization, and D the diagonal of R'R plus a little, all of them in <see cref="StepCoordinates"/>. A step
/// that lowers the objective is taken, and mu is divided by 5; else mu is multiplied by 4. The damping also takes care of what the outputs
/// do not tell apart: scaling the input matrix of a state up and its read-out down changes nothing, so R'R is singular.
/// </summary>
internal sealed class LevenbergMarquardt : IDescentMethod
{
    private const double Accepted = 5, Rejected = 4, LeastDamping = 1e-15, MostDamping = 1e12, Floor = 1e-9;
    private const int BlockRows = 64; // rows that are added to R'R at once

    private readonly FullBatch _batch;
    private readonly StepCoordinates _coordinates;
    private readonly Jacobian _jacobian;
    private readonly Matrix _squares; // R'R, its lower half
    private readonly Matrix _factor;
    private readonly Matrix _step;
    private readonly double[] _slope; // g
    private readonly double[] _columns;
    private float[] _candidate;
    private double[] _gradient;
    private double _damping;

    public LevenbergMarquardt(LevenbergMarquardtOptions options, FullBatch batch)
    {
        (_batch, _damping, _coordinates) = (batch, options.Damping, new StepCoordinates(batch));
        _jacobian = new Jacobian(batch, _coordinates);
        int columns = _jacobian.Columns, values = batch.Parameters.Values.Length;
        (_squares, _factor, _step) = (new(columns, columns), new(columns, columns), new(columns, 1));
        (_columns, _slope) = (new double[columns * BlockRows], new double[columns]);
        (_candidate, _gradient) = (new float[values], new double[values]);
    }

    public DescentIteration? Iterate(DescentPoint point)
    {
        _coordinates.Start(point, _slope);
        AddSquares();
        double damping = _damping;
        for (int rejections = 0; damping <= MostDamping; rejections++, damping *= Rejected)
        {
            if (!Solve(damping))
                continue;
            double step = _coordinates.Candidate(point, _step.Values, _candidate);
            if (step == 0)
                return null;
            var trial = _batch.Gradient(_candidate, _gradient);
            if (point.Accepts(trial.Objective, step))
            {
                _damping = Math.Max(damping / Accepted, LeastDamping);
                _coordinates.Accept();
                return point.MoveTo(ref _candidate, ref _gradient, trial, step, damping, rejections);
            }
        }
        return null;
    }

    public double[] Save() => [_damping];

    public void Load(double[] state)
    {
        DescentMethods.Require(state, 1);
        _damping = state[0];
    }

    // The lower half of R'R, block of rows by block of rows. The threads share its rows, and each of its values is summed in the order of
    // the blocks.
    private void AddSquares()
    {
        _squares.Clear();
        for (int first = 0; first < _jacobian.Rows; first += BlockRows)
        {
            int count = Math.Min(BlockRows, _jacobian.Rows - first);
            _jacobian.Fill(first, count, _columns);
            _batch.Workers.Run(_squares.Rows, (_, i) =>
            {
                var own = _columns.AsSpan(i * count, count);
                var row = _squares.Row(i);
                for (int j = 0; j <= i; j++)
                    row[j] += TensorPrimitives.Dot<double>(own, _columns.AsSpan(j * count, count));
            });
        }
    }

    // Whether the damped matrix is positive definite, as it is but for rounding.
    private bool Solve(double damping)
    {
        _factor.Set(_squares);
        for (int i = 0; i < _factor.Rows; i++)
            _factor[i, i] += _batch.Regularization + damping * (_squares[i, i] + Floor / _batch.TotalWeight);
        if (!Triangular.Cholesky(_factor, _factor))
            return false;
        TensorPrimitives.Negate(_slope, _step.Values);
        Triangular.Solve(_factor, _step);
        Triangular.SolveTransposed(_factor, _step);
        return true;
    }
}
