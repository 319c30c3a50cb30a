using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The backward pass of both norms; without <c>mean</c> and <c>dbias</c> (null) it is RMSNorm. It passes twice over each chunk of rows
/// while the chunk is in cache: row by row for dx, then by columns for the gradients of the parameters.
/// </summary>
internal static unsafe class NormBackward
{
    public static void Run(
        float* x, float* scale, float* mean, float* rstd, float* dy, float* dx, float* dscale, float* dbias, int rows, int width)
    {
        int start = 0;
        for (var chunk = new RowChunk(rows * width, width); chunk.Rows > 0; start += chunk.Rows, chunk.Advance())
        {
            int at = chunk.Start;
            float* m = mean == null ? null : mean + start, r = rstd + start;
            InputGradient(x + at, scale, m, r, dy + at, dx + at, chunk.Rows, width);
            Columns.Run(new ParameterGradients(x + at, m, r, dy + at, dscale, dbias, chunk.Rows, width), width, 2);
        }
    }

    private static void InputGradient(float* x, float* scale, float* mean, float* rstd, float* dy, float* dx, int rows, int width)
    {
        if (Vector512.IsHardwareAccelerated && width >= Lane512.Count)
            InputGradient<Lane512, Vector512<float>>(x, scale, mean, rstd, dy, dx, rows, width);
        else if (Vector256.IsHardwareAccelerated && width >= Lane256.Count)
            InputGradient<Lane256, Vector256<float>>(x, scale, mean, rstd, dy, dx, rows, width);
        else if (Vector128.IsHardwareAccelerated && width >= Lane128.Count)
            InputGradient<Lane128, Vector128<float>>(x, scale, mean, rstd, dy, dx, rows, width);
        else
            InputGradient<LaneScalar, float>(x, scale, mean, rstd, dy, dx, rows, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InputGradient<TLane, TVector>(
        float* x, float* scale, float* mean, float* rstd, float* dy, float* dx, int rows, int width)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int last = width - TLane.Count;
        for (int i = 0; i < rows; i++, x += width, dy += width, dx += width)
        {
            TVector center = TLane.Broadcast(mean == null ? 0 : mean[i]), factor = TLane.Broadcast(rstd[i]),
                sum = default, product = default;
            int j = 0;
            for (; j <= last; j += TLane.Count)
            {
                TVector h = Normalised<TLane, TVector>(x + j, center, factor),
                    g = TLane.Multiply(TLane.Load(scale + j), TLane.Load(dy + j));
                sum = TLane.Add(sum, g);
                product = TLane.MultiplyAdd(g, h, product);
            }
            if (j < width)
            {
                TVector h = Normalised<TLane, TVector>(x + last, center, factor),
                    g = TLane.Multiply(TLane.Load(scale + last), TLane.Load(dy + last));
                g = TLane.KeepLast(g, width - j);
                sum = TLane.Add(sum, g);
                product = TLane.MultiplyAdd(g, h, product);
            }
            TVector offset = TLane.Broadcast(mean == null ? 0 : TLane.Sum(sum) / width),
                slope = TLane.Broadcast(TLane.Sum(product) / width);

            // The last vector may overlap its neighbour, so it is computed before the neighbour is stored.
            TVector end = Updated<TLane, TVector>(x + last, center, factor, scale + last, dy + last, offset, slope, dx + last);
            for (j = 0; j < last; j += TLane.Count)
                TLane.Store(dx + j, Updated<TLane, TVector>(x + j, center, factor, scale + j, dy + j, offset, slope, dx + j));
            TLane.Store(dx + last, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Normalised<TLane, TVector>(float* x, TVector center, TVector factor)
        where TLane : ILane<TVector>
        where TVector : struct
        => TLane.Multiply(TLane.Subtract(TLane.Load(x), center), factor);

    // dx + (g - mean(g) - h mean(g h)) rstd
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Updated<TLane, TVector>(
        float* x, TVector center, TVector factor, float* scale, float* dy, TVector offset, TVector slope, float* dx)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector g = TLane.Subtract(TLane.Multiply(TLane.Load(scale), TLane.Load(dy)), offset);
        return TLane.MultiplyAdd(TLane.MultiplySubtract(Normalised<TLane, TVector>(x, center, factor), slope, g), factor, TLane.Load(dx));
    }

    private readonly struct ParameterGradients(
        float* x, float* mean, float* rstd, float* dy, float* dscale, float* dbias, int rows, int width) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector s0 = TLane.Load(dscale + c0), s1 = s0, s2 = s0, b0 = default, b1 = default, b2 = default;
            if (TCount.Value > 1)
                s1 = TLane.Load(dscale + c1);
            if (TCount.Value > 2)
                s2 = TLane.Load(dscale + c2);
            if (dbias != null)
            {
                b0 = TLane.Load(dbias + c0);
                if (TCount.Value > 1)
                    b1 = TLane.Load(dbias + c1);
                if (TCount.Value > 2)
                    b2 = TLane.Load(dbias + c2);
            }
            float* value = x, gradient = dy;
            for (int i = 0; i < rows; i++, value += width, gradient += width)
            {
                TVector center = TLane.Broadcast(mean == null ? 0 : mean[i]), factor = TLane.Broadcast(rstd[i]);
                Step<TLane, TVector>(value + c0, gradient + c0, center, factor, ref s0, ref b0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(value + c1, gradient + c1, center, factor, ref s1, ref b1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(value + c2, gradient + c2, center, factor, ref s2, ref b2);
            }
            TLane.Store(dscale + c0, s0);
            if (TCount.Value > 1)
                TLane.Store(dscale + c1, s1);
            if (TCount.Value > 2)
                TLane.Store(dscale + c2, s2);
            if (dbias != null)
            {
                TLane.Store(dbias + c0, b0);
                if (TCount.Value > 1)
                    TLane.Store(dbias + c1, b1);
                if (TCount.Value > 2)
                    TLane.Store(dbias + c2, b2);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector>(
            float* value, float* gradient, TVector center, TVector factor, ref TVector scale, ref TVector bias)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector g = TLane.Load(gradient);
            scale = TLane.MultiplyAdd(g, Normalised<TLane, TVector>(value, center, factor), scale);
            bias = TLane.Add(bias, g);
        }
    }
}
