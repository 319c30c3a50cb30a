using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The initial poles of a diagonal state space and its input vector. Source: S4D, section 4; Quad comes from the reference code.
/// </summary>
internal static class S4DInitialize
{
    /// <summary>
    /// The poles with positive imaginary part, one of each conjugate pair. Their imaginary parts ascend, except for Inv, where they
    /// descend.
    /// </summary>
    public static (Complex[] Poles, Complex[] Inputs) Poles(
        S4DInitialization kind, int states, CancellationToken cancellation = default)
    {
        if (kind == S4DInitialization.LegS)
        {
            var legS = LegS(states, cancellation);
            return (legS.Poles, legS.Inputs);
        }
        double full = 2 * states;
        Complex[] poles = [.. Enumerable.Range(0, states).Select(n => kind switch
        {
            S4DInitialization.Lin => new Complex(-0.5, Math.PI * n),
            S4DInitialization.Inv => new Complex(-0.5, full / Math.PI * (full / (2 * n + 1) - 1)),
            S4DInitialization.Quad => new Complex(-0.5, (2 * n + 1) * (2 * n + 1) / Math.PI),
            S4DInitialization.Real => new Complex(-(n + 1), 0),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "These poles are drawn, not given."),
        })];
        return (poles, [.. poles.Select(_ => Complex.One)]);
    }

    /// <summary>
    /// The eigenvalues of the normal part of HiPPO-LegS, the vector <c>V^* B</c> with <c>B_n = sqrt(2n + 1)</c>, and <c>V^* P</c> with
    /// <c>P_n = sqrt(n + 1/2)</c>.
    /// </summary>
    public static (Complex[] Poles, Complex[] Inputs, Complex[] RankOnes) LegS(
        int states, CancellationToken cancellation = default)
    {
        // Hippo returns the other member of each conjugate pair, so its vectors need no conjugation here.
        var (values, vectors) = Hippo.LegSHalf(2 * states, cancellation);
        var inputs = new Complex[states];
        for (int n = 0; n < states; n++)
            for (int i = 0; i < 2 * states; i++)
                inputs[n] += vectors[i, n] * Math.Sqrt(2 * i + 1);
        Complex[] ascending = [.. inputs.Reverse()];
        return ([.. values.Select(Complex.Conjugate).Reverse()], ascending, [.. ascending.Select(input => input * Math.Sqrt(0.5))]);
    }
}
