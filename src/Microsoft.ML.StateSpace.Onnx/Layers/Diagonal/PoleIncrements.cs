using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>What a pole does in a time interval, less 1 (<see cref="IPoleIncrement"/>), with <c>z = zeta dt</c>.</summary>
internal static class PoleIncrements
{
    // What lies beyond is the limit of long intervals in float already, and finite.
    private const float MostPhase = 1e30f, LargestZ = 1e15f, MostDecay = 200;

    public static Planes Of(Discretization discretization, Planes zeta, Value intervals)
        => discretization == Discretization.ZeroOrderHold ? Held(zeta, intervals) : Bilinear(zeta, intervals);

    // With t = tanh(Re z / 2), e = exp(Re z) - 1 = 2 t / (1 - t), and h = Im z / 2: E = e - 2 (1 + e) sin^2 h + 2 i (1 + e) sin h cos h. So
    // nothing cancels for small z.
    private static Planes Held(Planes zeta, Value intervals)
    {
        Value t = (zeta.Re * 0.5f * intervals).Clamp(-MostDecay, 0).Tanh(), e = 2 * t / (1 - t),
            h = (zeta.Im!.Value * 0.5f * intervals).Clamp(-MostPhase, MostPhase);
        Value sin = h.Sin(), twice = 2 * sin * (e + 1);
        return new(e - twice * sin, twice * h.Cos());
    }

    // z / (1 - z / 2) = (p - |z|^2 / 2 + i q) / |1 - z / 2|^2, z = p + i q
    private static Planes Bilinear(Planes zeta, Value intervals)
    {
        Value p = (zeta.Re * intervals).Clamp(-LargestZ, 0), q = (zeta.Im!.Value * intervals).Clamp(-LargestZ, LargestZ);
        Value a = 1 - p * 0.5f, b = q * 0.5f, divisor = a * a + b * b;
        return new((p - (p * p + q * q) * 0.5f) / divisor, q / divisor);
    }
}
