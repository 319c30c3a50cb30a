using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="Kernels.HeldIncrement"/>: <c>E = exp(z) - 1</c>, from the real and the imaginary part of z.</summary>
internal static class OnnxHeldIncrement
{
    // With e = exp(Re z) - 1 and h = Im z / 2: E = e cos 2h - 2 sin^2 h + i (1 + e) sin 2h, where nothing cancels for small z. And
    // e = 2 t / (1 - t) with t = tanh(Re z / 2).
    public static (Value Real, Value Imaginary) Of(Value real, Value imaginary)
    {
        Value t = (real * 0.5f).Tanh(), e = t * 2 / (1 - t), half = imaginary * 0.5f;
        Value sine = half.Sin(), twice = sine * 2, decay = e + 1;
        return (e - twice * sine * decay, twice * half.Cos() * decay);
    }
}
