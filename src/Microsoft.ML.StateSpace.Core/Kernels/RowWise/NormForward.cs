using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The forward pass of both norms; without <c>mean</c> and <c>bias</c> (null) it is RMSNorm. It passes three times over a row, which is
/// then in the first-level cache.
/// </summary>
internal static unsafe class NormForward
{
    public static void Run(float* x, float* scale, float* bias, float* y, float* mean, float* rstd, int rows, int width, float epsilon)
    {
        if (Vector512.IsHardwareAccelerated && width >= Lane512.Count)
            Run<Lane512, Vector512<float>>(x, scale, bias, y, mean, rstd, rows, width, epsilon);
        else if (Vector256.IsHardwareAccelerated && width >= Lane256.Count)
            Run<Lane256, Vector256<float>>(x, scale, bias, y, mean, rstd, rows, width, epsilon);
        else if (Vector128.IsHardwareAccelerated && width >= Lane128.Count)
            Run<Lane128, Vector128<float>>(x, scale, bias, y, mean, rstd, rows, width, epsilon);
        else
            Run<LaneScalar, float>(x, scale, bias, y, mean, rstd, rows, width, epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLane, TVector>(
        float* x, float* scale, float* bias, float* y, float* mean, float* rstd, int rows, int width, float epsilon)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int i = 0; i < rows; i++, x += width, y += width)
        {
            float m = mean == null ? 0 : Mean<TLane, TVector>(x, width),
                r = 1 / MathF.Sqrt(MeanSquare<TLane, TVector>(x, m, width) + epsilon);
            TVector center = TLane.Broadcast(m), factor = TLane.Broadcast(r);
            // The last vector may overlap the one before it; both store the same values.
            for (int j = 0; j < width; j += TLane.Count)
            {
                int at = Math.Min(j, width - TLane.Count);
                TVector h = TLane.Multiply(TLane.Subtract(TLane.Load(x + at), center), factor), s = TLane.Load(scale + at);
                TLane.Store(y + at, bias == null ? TLane.Multiply(h, s) : TLane.MultiplyAdd(h, s, TLane.Load(bias + at)));
            }
            if (mean != null)
                mean[i] = m;
            rstd[i] = r;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Mean<TLane, TVector>(float* x, int width)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector sum = default;
        int j = 0;
        for (; j <= width - TLane.Count; j += TLane.Count)
            sum = TLane.Add(sum, TLane.Load(x + j));
        if (j < width)
            sum = TLane.Add(sum, TLane.KeepLast(TLane.Load(x + width - TLane.Count), width - j));
        return TLane.Sum(sum) / width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float MeanSquare<TLane, TVector>(float* x, float center, int width)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector sum = default, c = TLane.Broadcast(center);
        int j = 0;
        for (; j <= width - TLane.Count; j += TLane.Count)
        {
            TVector d = TLane.Subtract(TLane.Load(x + j), c);
            sum = TLane.MultiplyAdd(d, d, sum);
        }
        if (j < width)
        {
            TVector d = TLane.KeepLast(TLane.Subtract(TLane.Load(x + width - TLane.Count), c), width - j);
            sum = TLane.MultiplyAdd(d, d, sum);
        }
        return TLane.Sum(sum) / width;
    }
}
