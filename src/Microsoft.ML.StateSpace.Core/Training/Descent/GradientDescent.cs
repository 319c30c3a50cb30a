using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Gradient descent, <c>theta - g / penalty</c>. The penalty is multiplied by 0.9 behind an accepted step and by 2 behind a rejected trial;
/// a trial is accepted where <c>J' &lt;= J - c1 |g|^2 / penalty</c>, c1 = 1e-4 (Armijo 1966). With a fixed rate there is one trial.
/// </summary>
internal sealed class GradientDescent(GradientDescentOptions options, FullBatch batch) : IDescentMethod
{
    private const double Armijo = 1e-4, Accepted = 0.9, Rejected = 2, MostPenalty = 1e30;

    private float[] _candidate = new float[batch.Parameters.Values.Length];
    private double[] _gradient = new double[batch.Parameters.Values.Length];
    private double _penalty = 1 / options.Rate ?? double.NaN; // NaN before the first iteration

    public DescentIteration? Iterate(DescentPoint point)
    {
        double square = TensorPrimitives.Dot<double>(point.Gradient, point.Gradient);
        double penalty = double.IsNaN(_penalty) ? Math.Max(1, Math.Sqrt(square)) : _penalty;
        for (int rejections = 0; penalty <= MostPenalty; rejections++)
        {
            double step = point.Candidate(-1 / penalty, point.Gradient, _candidate);
            if (step == 0)
                return null;
            var trial = batch.Gradient(_candidate, _gradient);
            bool falls = options.Rate is not null || trial.Objective <= point.Objective - Armijo * square / penalty;
            if (falls && point.Accepts(trial.Objective, step))
            {
                _penalty = options.Rate is null ? Accepted * penalty : penalty;
                return point.MoveTo(ref _candidate, ref _gradient, trial, step, penalty, rejections);
            }
            if (options.Rate is not null)
                return null;
            penalty *= Rejected;
        }
        return null;
    }

    public double[] Save() => [_penalty];

    public void Load(double[] state)
    {
        DescentMethods.Require(state, 1);
        _penalty = state[0];
    }
}
