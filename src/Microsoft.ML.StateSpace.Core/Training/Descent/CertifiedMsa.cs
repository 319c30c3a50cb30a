using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Extended successive approximations with a certificate (<see cref="ExtendedMsaOptions.Certified"/>): poles and input matrix of one linear
/// layer take the closed step with a penalty above which the objective cannot rise, then the best read-out follows; nothing is tried. With
/// c_i the column of state i in the matrix from states to outputs, r_i the radius that its pole keeps, and
/// <c>a_i = |c_i| / (1 - r_i)</c>, <c>w_i = a_i sum a</c>, the penalty is <c>(w_i + sqrt(w_i^2 + 4 / (1 - r_i)^2)) / 2</c>. It follows from
/// the exact increment of the objective of a linear system (ours; see docs/optimal-control.md). In 32 bits a step can end at the floor of
/// rounding; then training ends.
/// </summary>
internal sealed class CertifiedMsa : IDescentMethod
{
    private readonly FullBatch _batch;
    private readonly DepthPass _pass;
    private readonly DiagonalCore _core;
    private readonly CoreSteps _cores;
    private readonly ExactReadOut _readOut;
    private float[] _candidate;
    private double[] _gradient;

    public CertifiedMsa(ExtendedMsaOptions options, FullBatch batch)
    {
        _batch = batch;
        _pass = new DepthPass(batch, keeps: false);
        _core = Require(batch);
        _cores = new CoreSteps(batch, [_core], options.LargestRadius);
        _readOut = ExactReadOut.Of(batch, _pass)!;
        (_candidate, _gradient) = (new float[batch.Parameters.Values.Length], new double[batch.Parameters.Values.Length]);
    }

    public DescentIteration? Iterate(DescentPoint point)
    {
        _cores.Run(point);
        double[] penalties = Penalties(_cores[0].Radii);
        point.Values.CopyTo(_candidate, 0);
        _cores[0].Apply(_candidate, penalties);
        _readOut.Solve(_pass, _candidate);
        double step = point.SquaredStep(_candidate);
        var next = _batch.Gradient(_candidate, _gradient);
        if (!point.Accepts(next.Objective, step))
            return null;
        _cores.Accept();
        return point.MoveTo(ref _candidate, ref _gradient, next, step, penalties.Max(), rejections: 0);
    }

    public double[] Save() => [];

    public void Load(double[] state) => DescentMethods.Require(state, 0);

    // At the accepted point.
    private double[] Penalties(IReadOnlyList<double> radii)
    {
        var decoder = (Linear)_batch.Model.Decoder;
        ReadOnlySpan<float> read = _core.OutputMatrixOf(_batch.Weights.Prepared, 0), weight = decoder.Weight.Of(_batch.Weights.Values);
        int states = _core.States, width = decoder.InputSize;
        var gains = new double[states];
        for (int n = 0; n < states; n++)
        {
            for (int o = 0; o < decoder.OutputSize; o++)
            {
                Complex c = 0;
                for (int h = 0; h < width; h++)
                    c += (double)weight[o * width + h] * new Complex(read[2 * h * states + n], -read[(2 * h + 1) * states + n]);
                gains[n] += ExactReadOut.WeightOf(_batch, o) * (c.Real * c.Real + c.Imaginary * c.Imaginary);
            }
            gains[n] = Math.Sqrt(gains[n]) / (1 - radii[n]);
        }
        double all = gains.Sum();
        return [.. gains.Select((a, n) => (a * all + Math.Sqrt(a * all * a * all + 4 / Math.Pow(1 - radii[n], 2))) / 2)];
    }

    private static DiagonalCore Require(FullBatch batch)
    {
        const string Remedy = "Set Certified of ExtendedMsaOptions to false, which tries its steps and takes any network";
        var options = batch.Model.Options;
        var network = batch.Model.Architecture;
        if (options.Task.Axis != AnswerAxis.Step || !ExactReadOut.HasSquaredLoss(batch))
            throw new ArgumentException(
                "ExtendedMsaOptions.Certified needs a value for each time step and the squared loss, since its penalty comes from the "
                + $"exact increment of that loss, but the task is {options.Task} with the loss {batch.Options.Loss}. {Remedy}.");
        if (network.ChosenScaffold is not LinearScaffold || network.Layers != 1 || network.Bidirectional == true)
            throw new ArgumentException(
                "ExtendedMsaOptions.Certified needs one linear layer that reads sequences from their start only, but the network has "
                + $"{network.Layers} layers with {network.ChosenScaffold.GetType().Name}, and Bidirectional is {network.Bidirectional}. "
                + $"Set Scaffold to new LinearScaffold(), Layers to 1 and Bidirectional to false. Or: {Remedy}.");
        if (new DepthLayers(batch.Model, batch.Parameters).BareCore(1) is not { HasClosedStep: true } core)
            throw new ArgumentException(
                "ExtendedMsaOptions.Certified needs a core whose poles have a closed step: a diagonal one with matrices for all channels, "
                + "as many of these as the network has, with equal time steps, and not clipped where it is bilinear; this one is "
                + $"{network.GetType().Name}. {Remedy}.");
        return core;
    }
}
