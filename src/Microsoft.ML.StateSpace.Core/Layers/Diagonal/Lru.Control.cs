using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Poles as controls.</content>
internal sealed partial class Lru
{
    private const double LeastTheta = 1e-6;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> ControlParameters => GammaLog is null ? [NuLog, ThetaLog, B] : [NuLog, ThetaLog, GammaLog, B];

    // A gamma of its own stays. A tied one follows the pole, and the matrix is divided by the new one.
    protected override Complex MovePole(Span<float> values, int n, Complex pole)
    {
        double old = Math.Exp(ThetaLog.Of(values)[n]);
        double theta = pole.Phase + 2 * Math.PI * Math.Round((old - pole.Phase) / (2 * Math.PI));
        if (theta <= 0)
            theta += 2 * Math.PI;
        NuLog.Of(values)[n] = (float)Math.Log(-Math.Log(pole.Magnitude));
        ThetaLog.Of(values)[n] = (float)Math.Log(Math.Max(theta, LeastTheta));
        return Gamma(values, n, Nu(NuLog.Of(values)[n]));
    }
}
