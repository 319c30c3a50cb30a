using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Extended successive approximations (see <see cref="ExtendedMsaOptions"/>): closed steps for poles and input matrices, proximal ones for
/// the rest, the best read-out in each trial. Closed steps have the penalty rho, the others eps. All are tried together; where that is
/// rejected, the closed steps are tried alone, which tells whose penalty was too small.
/// </summary>
internal sealed class ExtendedMsa : IDescentMethod
{
    private const double Accepted = 0.9, Rejected = 2, MostPenalty = 1e12, FirstPenalty = 1;

    private readonly FullBatch _batch;
    private readonly DepthPass _pass;
    private readonly CoreSteps _cores;
    private readonly ProximalStep _step;
    private readonly ExactReadOut? _readOut;
    private readonly bool _isSearching; // whether some layer takes inner steps
    private float[] _candidate;
    private double[] _gradient;
    private double _rho = FirstPenalty;
    private double _eps = double.NaN; // before the first iteration

    public ExtendedMsa(ExtendedMsaOptions options, FullBatch batch)
    {
        _batch = batch;
        var layers = new DepthLayers(batch.Model, batch.Parameters);
        // Regularization speaks of the parameters, and closed steps of what is prepared from them.
        DiagonalCore[] cores = [.. batch.Model.Cores.OfType<DiagonalCore>()
            .Where(core => core.HasClosedStep && batch.Regularization == 0)];
        HashSet<Parameter> taken = [.. cores.SelectMany(core => core.ControlParameters)];
        bool hasReadOut = ExactReadOut.HasSquaredLoss(batch) && layers.HasLinearDecoder;
        var free = new Parameter[layers.Count][];
        var isClosed = new bool[layers.Count];
        for (int layer = 0; layer < free.Length; layer++)
        {
            bool isReadOut = hasReadOut && layer == free.Length - 1;
            free[layer] = [.. layers.Parameters[layer].Where(parameter =>
                !taken.Contains(parameter) && !(isReadOut && parameter.Name.StartsWith("Decoder.", StringComparison.Ordinal)))];
            isClosed[layer] = layers.IsAffine(layer) || (layers.BareCore(layer) is { } core && cores.Contains(core));
        }
        _isSearching = ProximalStep.NeedsSearch(free, isClosed);
        _pass = new DepthPass(batch, _isSearching);
        _step = new ProximalStep(batch, _pass, options.LayerSteps, free, isClosed);
        _cores = new CoreSteps(batch, cores, options.LargestRadius);
        _readOut = ExactReadOut.Of(batch, _pass);
        (_candidate, _gradient) = (new float[batch.Parameters.Values.Length], new double[batch.Parameters.Values.Length]);
    }

    public DescentIteration? Iterate(DescentPoint point)
    {
        _cores.Run(point);
        if (_isSearching)
        {
            _pass.Set(point.Values);
            _pass.Run();
        }
        var (rho, eps) = (_rho, double.IsNaN(_eps) ? ProximalMsa.FirstPenalty(point) : _eps);
        for (int rejections = 0; rho <= MostPenalty; rejections++, rho *= Rejected, eps *= Rejected)
        {
            if (Try(point, rho, eps, rejections) is { } iteration)
            {
                (_rho, _eps) = (Accepted * rho, Accepted * eps);
                return iteration;
            }
            if (_cores.IsEmpty || _step.IsEmpty)
                continue;
            rejections++;
            if (Try(point, rho, null, rejections) is { } alone)
            {
                (_rho, _eps) = (Accepted * rho, Rejected * eps);
                return alone;
            }
        }
        return null;
    }

    public double[] Save() => [_rho, _eps];

    public void Load(double[] state)
    {
        DescentMethods.Require(state, 2);
        (_rho, _eps) = (state[0], state[1]);
    }

    // A trial, without the proximal steps where these have no penalty.
    private DescentIteration? Try(DescentPoint point, double rho, double? eps, int rejections)
    {
        point.Values.CopyTo(_candidate, 0);
        if (eps is double penalty && !_step.Apply(point, penalty, _candidate))
            return null;
        _cores.Apply(_candidate, rho);
        _readOut?.Solve(_pass, _candidate);
        double step = point.SquaredStep(_candidate);
        if (step == 0)
            return null;
        var trial = _batch.Gradient(_candidate, _gradient);
        if (!point.Accepts(trial.Objective, step))
            return null;
        _cores.Accept();
        return point.MoveTo(ref _candidate, ref _gradient, trial, step, _cores.IsEmpty ? eps ?? rho : rho, rejections);
    }
}
