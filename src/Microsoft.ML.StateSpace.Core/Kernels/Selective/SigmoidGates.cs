using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Gates from their arguments, (rows, width): the bias and the sigmoid in one pass over rows that are still in the cache.
/// </summary>
internal static unsafe class SigmoidGates
{
    /// <summary><c>g = sigmoid(g + bias)</c> in every row.</summary>
    public static void Open(Span<float> gates, ReadOnlySpan<float> bias)
    {
        int width = bias.Length;
        fixed (float* g = gates, b = bias)
            Columns.Run(new Kernel(g, b, width, gates.Length / width), width, 2);
    }

    private readonly struct Kernel(float* gates, float* bias, int width, int rows) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector b0 = TLane.Load(bias + c0), b1 = TCount.Value > 1 ? TLane.Load(bias + c1) : default,
                b2 = TCount.Value > 2 ? TLane.Load(bias + c2) : default;
            float* row = gates;
            for (int left = rows; left > 0; left--, row += width)
            {
                TVector g0 = Activations.SigmoidOf<TLane, TVector>(TLane.Add(TLane.Load(row + c0), b0)), g1 = default, g2 = default;
                if (TCount.Value > 1)
                    g1 = Activations.SigmoidOf<TLane, TVector>(TLane.Add(TLane.Load(row + c1), b1));
                if (TCount.Value > 2)
                    g2 = Activations.SigmoidOf<TLane, TVector>(TLane.Add(TLane.Load(row + c2), b2));
                TLane.Store(row + c0, g0);
                if (TCount.Value > 1)
                    TLane.Store(row + c1, g1);
                if (TCount.Value > 2)
                    TLane.Store(row + c2, g2);
            }
        }
    }
}
