using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Proximal successive approximations over the depth of the network (see <see cref="ProximalMsaOptions"/>): one pass forward and backward,
/// the proximal step of every layer with its inputs and costates held, and the test of all steps together.
/// </summary>
internal sealed class ProximalMsa : IDescentMethod
{
    private const double Accepted = 0.9, Rejected = 2, MostPenalty = 1e12;

    private readonly FullBatch _batch;
    private readonly DepthPass _pass;
    private readonly ProximalStep _step;
    private float[] _candidate;
    private double[] _gradient;
    private double _penalty = double.NaN; // before the first iteration

    public ProximalMsa(ProximalMsaOptions options, FullBatch batch)
    {
        _batch = batch;
        _pass = new DepthPass(batch, keeps: true);
        var layers = _pass.Layers;
        _step = new ProximalStep(
            batch, _pass, options.LayerSteps, [.. layers.Parameters], [.. Enumerable.Range(0, layers.Count).Select(layers.IsAffine)]);
        (_candidate, _gradient) = (new float[batch.Parameters.Values.Length], new double[batch.Parameters.Values.Length]);
    }

    /// <summary>The first penalty: one over the rate with which gradient descent begins.</summary>
    public static double FirstPenalty(DescentPoint point)
        => Math.Max(1, Math.Sqrt(TensorPrimitives.Dot<double>(point.Gradient, point.Gradient)));

    public DescentIteration? Iterate(DescentPoint point)
    {
        _pass.Set(point.Values);
        _pass.Run();
        double penalty = double.IsNaN(_penalty) ? FirstPenalty(point) : _penalty;
        for (int rejections = 0; penalty <= MostPenalty; rejections++, penalty *= Rejected)
        {
            point.Values.CopyTo(_candidate, 0);
            if (!_step.Apply(point, penalty, _candidate))
                continue;
            double step = point.SquaredStep(_candidate);
            if (step == 0)
                return null;
            var trial = _batch.Gradient(_candidate, _gradient);
            if (!point.Accepts(trial.Objective, step))
                continue;
            _penalty = Accepted * penalty;
            return point.MoveTo(ref _candidate, ref _gradient, trial, step, penalty, rejections);
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
