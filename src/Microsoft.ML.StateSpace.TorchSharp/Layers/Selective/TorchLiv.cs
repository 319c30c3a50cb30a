using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="Liv"/>: <c>x_t = exp(Delta_t lambda) x_{t-1} + f(Delta_t, lambda) (b_t * (B u_t))</c>, <c>y_t = Re(C (c_t * x_t))</c>, where
/// Delta, b and c are projections of u.
/// </summary>
internal sealed class TorchLiv(Liv liv) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        int n = liv.States;
        // The projections for Delta, b and c, and B u, are one product.
        Tensor inputRows = pass[liv.InputProj].flatten(0, 1), outputRows = pass[liv.OutputProj].flatten(0, 1);
        Tensor[] rows = [pass[liv.StepProj], inputRows, outputRows, pass[liv.B].flatten(0, 1)];
        Tensor[] offsets = [pass[liv.StepBias], pass[liv.InputBias].flatten(), pass[liv.OutputBias].flatten(), pass.Zero.expand(2 * n)];
        var projections = nn.functional.linear(input, Tensors.Join(rows, 0), Tensors.Join(offsets, 0));
        var logits = projections.narrow(2, 0, n);
        var steps = liv.HasShares ? nn.functional.softmax(logits, 2) : nn.functional.softplus(logits);
        if (liv.HasIntervals)
            steps = pass.OverIntervals(steps);
        Tensor gain = Complex(projections, n), readOut = Complex(projections, 3 * n), v = gain * Complex(projections, 5 * n);
        var poles = VaryingPole.Apply(steps, complex(-Exp(pass, liv.Mu), Exp(pass, liv.Theta)));
        var x = VaryingScan.Apply(poles.select(0, 0), v * (liv.IsHeld ? poles.select(0, 1) : steps));
        return Planes.RealProduct(readOut * x, pass[liv.C], 1);
    }

    // The complex numbers whose real parts begin at a channel, with the imaginary parts behind them.
    private Tensor Complex(Tensor projections, int at)
        => complex(projections.narrow(2, at, liv.States), projections.narrow(2, at + liv.States, liv.States));

    private static Tensor Exp(TorchPass pass, Parameter log)
        => pass[log].to(ScalarType.Float64).clamp_min(-Liv.LargestLog).clamp_max(Liv.LargestLog).exp();
}
