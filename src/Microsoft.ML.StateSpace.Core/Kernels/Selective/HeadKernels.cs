using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Operations on rows of heads, (rows, heads, width) with a given distance between rows, with one factor for every row and head, (heads,
/// <see cref="SsdChunk.Rows"/>). The last vector of a head may overlap the one before it.
/// </summary>
internal static unsafe class HeadKernels
{
    /// <summary><c>y = f x</c>; y and x must be different memory.</summary>
    public static void Scale(
        int rows, int heads, int width, ReadOnlySpan<float> x, int strideX, ReadOnlySpan<float> factors, Span<float> y, int strideY)
    {
        fixed (float* px = x, pf = factors, py = y)
            Run(new ScaleKernel(px, strideX, py, strideY), rows, heads, width, pf);
    }

    /// <summary><c>y += f x</c>.</summary>
    public static void AddScaled(
        int rows, int heads, int width, ReadOnlySpan<float> x, int strideX, ReadOnlySpan<float> factors, Span<float> y, int strideY)
    {
        fixed (float* px = x, pf = factors, py = y)
            Run(new AddKernel(px, strideX, py, strideY), rows, heads, width, pf);
    }

    /// <summary>Assigns to the factors the inner products of the heads of x and y.</summary>
    public static void Dot(
        int rows, int heads, int width, ReadOnlySpan<float> x, int strideX, ReadOnlySpan<float> y, int strideY, Span<float> factors)
    {
        fixed (float* px = x, py = y, pf = factors)
            Run(new DotKernel(px, strideX, py, strideY), rows, heads, width, pf);
    }

    private interface IHeadKernel
    {
        void Run<TLane, TVector>(int row, int column, int width, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct;
    }

    private static void Run<TKernel>(in TKernel kernel, int rows, int heads, int width, float* factors)
        where TKernel : struct, IHeadKernel
    {
        if (Vector512.IsHardwareAccelerated && width >= Lane512.Count)
            Run<TKernel, Lane512, Vector512<float>>(kernel, rows, heads, width, factors);
        else if (Vector256.IsHardwareAccelerated && width >= Lane256.Count)
            Run<TKernel, Lane256, Vector256<float>>(kernel, rows, heads, width, factors);
        else if (Vector128.IsHardwareAccelerated && width >= Lane128.Count)
            Run<TKernel, Lane128, Vector128<float>>(kernel, rows, heads, width, factors);
        else
            Run<TKernel, LaneScalar, float>(kernel, rows, heads, width, factors);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TKernel, TLane, TVector>(in TKernel kernel, int rows, int heads, int width, float* factors)
        where TKernel : struct, IHeadKernel
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int i = 0; i < rows; i++)
            for (int head = 0; head < heads; head++)
                kernel.Run<TLane, TVector>(i, head * width, width, factors + head * SsdChunk.Rows + i);
    }

    private readonly struct ScaleKernel(float* x, nint strideX, float* y, nint strideY) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int row, int column, int width, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* from = x + row * strideX + column, to = y + row * strideY + column;
            TVector f = TLane.Broadcast(*factor);
            for (int j = 0; j < width; j += TLane.Count)
            {
                int at = Math.Min(j, width - TLane.Count);
                TLane.Store(to + at, TLane.Multiply(f, TLane.Load(from + at)));
            }
        }
    }

    private readonly struct AddKernel(float* x, nint strideX, float* y, nint strideY) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int row, int column, int width, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* from = x + row * strideX + column, to = y + row * strideY + column;
            TVector f = TLane.Broadcast(*factor);
            int j = 0;
            for (; j <= width - TLane.Count; j += TLane.Count)
                TLane.Store(to + j, TLane.MultiplyAdd(f, TLane.Load(from + j), TLane.Load(to + j)));
            if (j == width)
                return;
            // Elements that the vector before has already updated get zeros added.
            int last = width - TLane.Count;
            TLane.Store(to + last, TLane.MultiplyAdd(f, TLane.KeepLast(TLane.Load(from + last), width - j), TLane.Load(to + last)));
        }
    }

    private readonly struct DotKernel(float* x, nint strideX, float* y, nint strideY) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int row, int column, int width, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* left = x + row * strideX + column, right = y + row * strideY + column;
            TVector sum = default;
            int j = 0;
            for (; j <= width - TLane.Count; j += TLane.Count)
                sum = TLane.MultiplyAdd(TLane.Load(left + j), TLane.Load(right + j), sum);
            if (j < width)
                sum = TLane.MultiplyAdd(
                    TLane.KeepLast(TLane.Load(left + width - TLane.Count), width - j), TLane.Load(right + width - TLane.Count), sum);
            *factor = TLane.Sum(sum);
        }
    }
}
