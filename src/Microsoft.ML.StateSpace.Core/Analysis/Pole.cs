using System.Numerics;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A discrete-time pole lambda of a trained core: its state follows <c>x_t = lambda x_{t-1} + ...</c>. Of a conjugate pair only one pole is
/// listed.
/// </summary>
/// <param name="Core">The core that has the pole, named like its parameters: <c>Blocks.0.Core</c>.</param>
/// <param name="State">Index of the state in its core.</param>
/// <param name="Value">The pole lambda.</param>
public sealed record Pole(string Core, int State, Complex Value)
{
    /// <summary>The poles of all time-invariant diagonal cores of a model; empty where no core has any.</summary>
    public static IReadOnlyList<Pole> Of(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PoleTable.Of(model);
    }

    /// <summary>Oscillations a time step, <c>|arg lambda| / (2 pi)</c>, in [0, 0.5].</summary>
    public double Frequency => Math.Abs(Value.Phase) / Math.Tau;

    /// <summary>Time steps in which the state falls to 1/e, <c>-1 / ln|lambda|</c>; infinite on the unit circle.</summary>
    public double TimeConstant => -1 / Math.Log(Value.Magnitude);

    /// <summary>
    /// Damping ratio of the continuous-time pole <c>ln lambda</c>, <c>-Re / |.|</c>. With 0 the state oscillates for ever, with 1 it does
    /// not oscillate.
    /// </summary>
    public double Damping => -Complex.Log(Value).Real / Complex.Log(Value).Magnitude;
}
