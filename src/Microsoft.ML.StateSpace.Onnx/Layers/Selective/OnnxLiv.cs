using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="Liv"/>: <c>x_t = exp(Delta_t lambda) x_{t-1} + f(Delta_t, lambda) (b_t * (B u_t))</c>, <c>y_t = Re(C (c_t * x_t))</c>, where
/// Delta, b and c are projections of u.
/// </summary>
internal sealed class OnnxLiv(Liv liv) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var parts = Project(pass, input).Split([.. Enumerable.Repeat((long)liv.States, 7)]);
        var steps = StepSizes.OverIntervals(
            pass, liv.HasShares ? parts[0].Softmax() : StepSizes.Softplus(parts[0]), liv.HasIntervals);
        var (pole, factor) = Discretize(pass, steps);
        Planes b = new(parts[1], parts[2]), c = new(parts[3], parts[4]), u = new(parts[5], parts[6]);
        var x = VaryingScan.Apply(pass, pole, factor * (b * u), liv.States);
        return (c * x).Joined.MatMul(pass.Transposed(liv.C.Name, liv.ReadOutMatrix.Of(pass.Prepared), liv.OutputSize, 2 * liv.States));
    }

    // The argument of Delta, then the planes of b, c and B u.
    private Value Project(OnnxPass pass, Value input)
    {
        var values = pass.Values;
        float[] rows = [.. liv.StepProj.Of(values), .. liv.InputProj.Of(values), .. liv.OutputProj.Of(values), .. liv.B.Of(values)];
        float[] bias =
            [.. liv.StepBias.Of(values), .. liv.InputBias.Of(values), .. liv.OutputBias.Of(values), .. new float[2 * liv.States]];
        return input.MatMul(pass.Transposed("Projections", rows, 7 * liv.States, liv.InputSize))
            + pass.Graph.Constant("Offsets", bias, bias.Length);
    }

    // exp(Delta lambda), and (exp(Delta lambda) - 1) / lambda, or Delta, which is real.
    private (Planes Pole, Planes Factor) Discretize(OnnxPass pass, Value steps)
    {
        int states = liv.States;
        var poles = liv.Poles.Of(pass.Prepared);
        Value log = steps * pass.Graph.Constant("Lambda.Real", poles[..states], states),
            phase = steps * pass.Graph.Constant("Lambda.Imaginary", poles[states..], states),
            size = log.Exp(), cosine = phase.Cos(), sine = phase.Sin();
        Planes pole = new(size * cosine, size * sine);
        if (!liv.IsHeld)
            return (pole, new(steps));
        float[] real = new float[states], imaginary = new float[states];
        for (int n = 0; n < states; n++)
        {
            var inverse = 1 / new Complex(poles[n], poles[states + n]);
            (real[n], imaginary[n]) = ((float)inverse.Real, (float)inverse.Imaginary);
        }
        // The real part of exp(z) - 1, with all its digits for small steps.
        var half = (phase * 0.5f).Sin();
        var held = pole with { Re = StepSizes.ExpMinusOne(log, size) * cosine - half * half * 2 };
        return (pole, held * new Planes(
            pass.Graph.Constant("Inverse.Real", real, states), pass.Graph.Constant("Inverse.Imaginary", imaginary, states)));
    }
}
