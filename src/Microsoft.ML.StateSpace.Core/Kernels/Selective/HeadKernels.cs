using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Between factors, one for every row and head, (rows, heads), and the channels of the heads, as <see cref="SsdChunk"/> lays them out. The
/// lanes are the widest of which a head is a multiple, so that all of them have the same factor.
/// </summary>
internal static unsafe class HeadKernels
{
    /// <summary>Gives each channel the factor of its head.</summary>
    public static void Spread(int rows, int heads, int width, ReadOnlySpan<float> factors, Span<float> channels)
    {
        Check(rows, heads, width, factors, channels);
        fixed (float* pf = factors, pc = channels)
            Run(new SpreadKernel(pc, rows, heads), heads, width, pf);
    }

    /// <summary>
    /// <c>u = f x</c>, and <c>y = D x</c> unless y is empty, where rows of x are <paramref name="stride"/> apart and D is (heads).
    /// </summary>
    public static void Enter(
        int rows, int heads, int width, ReadOnlySpan<float> x, int stride, ReadOnlySpan<float> factors, ReadOnlySpan<float> feedThrough,
        Span<float> u, Span<float> y)
    {
        Check(rows, heads, width, factors, u);
        Debug.Assert(x.Length >= (rows - 1) * stride + heads * width, "all rows");
        fixed (float* px = x, pf = factors, pd = feedThrough, pu = u, py = y)
            Run(new EnterKernel(px, stride, pd, pu, py, rows, heads, width), heads, width, pf);
    }

    /// <summary>
    /// The gradient of <see cref="Enter"/>: <c>dx += f du + D dy</c>, and <c>dD += sum of x dy</c> for each channel. Then <c>x du</c> takes
    /// the place of du: it is the gradient of f, as far as it comes from one channel. And <c>a da</c>, the gradient of log a, takes the
    /// place of da.
    /// </summary>
    public static void EnterBackward(
        int rows, int heads, int width, ReadOnlySpan<float> x, Span<float> dx, int stride, ReadOnlySpan<float> factors,
        ReadOnlySpan<float> feedThrough, ReadOnlySpan<float> decay, ReadOnlySpan<float> dy,
        Span<float> du, Span<float> da, Span<float> dFeedThrough)
    {
        Check(rows, heads, width, factors, du);
        Debug.Assert(dx.Length >= (rows - 1) * stride + heads * width, "all rows");
        fixed (float* px = x, pdx = dx, pf = factors, pd = feedThrough, pa = decay, pdy = dy, pdu = du, pda = da, pdd = dFeedThrough)
            Run(new EnterBackwardKernel(px, pdx, stride, pd, pa, pdy, pdu, pda, pdd, rows, heads, width), heads, width, pf);
    }

    /// <summary>Adds up the channels of each head.</summary>
    public static void Sum(int rows, int heads, int width, ReadOnlySpan<float> channels, Span<float> factors)
    {
        Check(rows, heads, width, factors, channels);
        fixed (float* pf = factors, pc = channels)
        {
            var kernel = new SumKernel(pf, pc, rows, heads, width);
            if (Vector512.IsHardwareAccelerated && width % Lane512.Count == 0)
                kernel.Run<Lane512, Vector512<float>>();
            else if (Vector256.IsHardwareAccelerated && width % Lane256.Count == 0)
                kernel.Run<Lane256, Vector256<float>>();
            else if (Vector128.IsHardwareAccelerated && width % Lane128.Count == 0)
                kernel.Run<Lane128, Vector128<float>>();
            else
                kernel.Run<LaneScalar, float>();
        }
    }

    /// <summary>
    /// Assigns what takes a row to the end of the chunk: its factor times the decays of the rows that follow. Also assigns the product of
    /// all decays, (heads).
    /// </summary>
    public static void WeighToEnd(
        int rows, int heads, ReadOnlySpan<float> decay, ReadOnlySpan<float> factors, Span<float> weights, Span<float> product)
    {
        Debug.Assert(decay.Length >= rows * heads && weights.Length >= rows * heads && product.Length >= heads, "one each");
        fixed (float* pa = decay, pf = factors[..(rows * heads)], pw = weights, pp = product)
            Elements.Run(new WeighKernel(pa, pf, pw, pp, rows, heads), heads);
    }

    /// <summary>
    /// Assigns what takes a gradient of a row to the state before the chunk: the product of the decays up to that row. Also assigns the
    /// product of all decays, (heads).
    /// </summary>
    public static void WeighToBegin(int rows, int heads, ReadOnlySpan<float> decay, Span<float> weights, Span<float> product)
    {
        Debug.Assert(decay.Length >= rows * heads && weights.Length >= rows * heads && product.Length >= heads, "one each");
        fixed (float* pa = decay, pw = weights, pp = product)
            Elements.Run(new ProductKernel(pa, pw, pp, rows, heads), heads);
    }

    [Conditional("DEBUG")]
    private static void Check(int rows, int heads, int width, ReadOnlySpan<float> factors, ReadOnlySpan<float> channels)
        => Debug.Assert(
            factors.Length >= rows * heads && channels.Length >= SsdChunk.Channels(heads * width) * SsdChunk.Rows, "all rows and channels");

    private interface IHeadKernel
    {
        /// <summary>Handles one vector of channels of a head, whose factor in the first row is given.</summary>
        void Run<TLane, TVector>(int channel, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct;
    }

    private static void Run<TKernel>(in TKernel kernel, int heads, int width, float* factors)
        where TKernel : struct, IHeadKernel
    {
        if (Vector512.IsHardwareAccelerated && width % Lane512.Count == 0)
            Run<TKernel, Lane512, Vector512<float>>(kernel, heads, width, factors);
        else if (Vector256.IsHardwareAccelerated && width % Lane256.Count == 0)
            Run<TKernel, Lane256, Vector256<float>>(kernel, heads, width, factors);
        else if (Vector128.IsHardwareAccelerated && width % Lane128.Count == 0)
            Run<TKernel, Lane128, Vector128<float>>(kernel, heads, width, factors);
        else
            Run<TKernel, LaneScalar, float>(kernel, heads, width, factors);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TKernel, TLane, TVector>(in TKernel kernel, int heads, int width, float* factors)
        where TKernel : struct, IHeadKernel
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (int head = 0; head < heads; head++)
            for (int c = head * width; c < (head + 1) * width; c += TLane.Count)
                kernel.Run<TLane, TVector>(c, factors + head);
    }

    private readonly struct SpreadKernel(float* channels, int rows, int heads) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int channel, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* to = channels + SsdChunk.At(channel, SsdChunk.Rows);
            for (int left = rows; left > 0; left--, to += SsdChunk.Group, factor += heads)
                TLane.Store(to, TLane.Broadcast(*factor));
        }
    }

    private readonly struct EnterKernel(
        float* x, nint stride, float* feedThrough, float* u, float* y, int rows, int heads, int width) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int channel, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = SsdChunk.At(channel, SsdChunk.Rows);
            float* row = x + channel;
            TVector d = y == null ? default : TLane.Broadcast(feedThrough[channel / width]);
            for (int left = rows; left > 0; left--, row += stride, at += SsdChunk.Group, factor += heads)
            {
                TVector value = TLane.Load(row);
                TLane.Store(u + at, TLane.Multiply(TLane.Broadcast(*factor), value));
                if (y != null)
                    TLane.Store(y + at, TLane.Multiply(d, value));
            }
        }
    }

    private readonly struct EnterBackwardKernel(
        float* x, float* dx, nint stride, float* feedThrough, float* decay,
        float* dy, float* du, float* da, float* dFeedThrough, int rows, int heads, int width) : IHeadKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int channel, float* factor)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = SsdChunk.At(channel, SsdChunk.Rows);
            float* row = x + channel, to = dx + channel;
            TVector d = TLane.Broadcast(feedThrough[channel / width]), sum = TLane.Load(dFeedThrough + channel);
            for (int left = rows; left > 0; left--, row += stride, to += stride, at += SsdChunk.Group, factor += heads)
            {
                TVector value = TLane.Load(row), g = TLane.Load(dy + at), enters = TLane.Load(du + at);
                sum = TLane.MultiplyAdd(value, g, sum);
                TLane.Store(to, TLane.MultiplyAdd(d, g, TLane.MultiplyAdd(TLane.Broadcast(*factor), enters, TLane.Load(to))));
                TLane.Store(du + at, TLane.Multiply(value, enters));
                TLane.Store(da + at, TLane.Multiply(TLane.Load(decay + at), TLane.Load(da + at)));
            }
            TLane.Store(dFeedThrough + channel, sum);
        }
    }

    private readonly struct SumKernel(float* factors, float* channels, int rows, int heads, int width)
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>()
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int t = 0; t < rows; t++)
            {
                int head = 0;
                for (; head + 4 <= heads; head += 4)
                {
                    float* to = factors + t * heads + head;
                    Vector128<float>.Zero.Store(to);
                    LaneSums.Add<TLane, TVector>(
                        Lanes<TLane, TVector>(t, head), Lanes<TLane, TVector>(t, head + 1),
                        Lanes<TLane, TVector>(t, head + 2), Lanes<TLane, TVector>(t, head + 3), to);
                }
                for (; head < heads; head++)
                    factors[t * heads + head] = TLane.Sum(Lanes<TLane, TVector>(t, head));
            }
        }

        // The sum over the vectors of a head.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Lanes<TLane, TVector>(int row, int head)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int c = head * width;
            TVector sum = TLane.Load(channels + SsdChunk.At(c, SsdChunk.Rows) + row * SsdChunk.Group);
            for (c += TLane.Count; c < (head + 1) * width; c += TLane.Count)
                sum = TLane.Add(sum, TLane.Load(channels + SsdChunk.At(c, SsdChunk.Rows) + row * SsdChunk.Group));
            return sum;
        }
    }

    // Lanes lie across heads, here and in the next kernel.
    private readonly struct WeighKernel(float* decay, float* factors, float* weights, float* product, int rows, int heads)
        : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int head)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector p = TLane.Broadcast(1);
            for (int at = (rows - 1) * heads + head; at >= 0; at -= heads)
            {
                TLane.Store(weights + at, TLane.Multiply(p, TLane.Load(factors + at)));
                p = TLane.Multiply(p, TLane.Load(decay + at));
            }
            TLane.Store(product + head, p);
        }
    }

    private readonly struct ProductKernel(float* decay, float* weights, float* product, int rows, int heads) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int head)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector p = TLane.Broadcast(1);
            for (int at = head; at < rows * heads; at += heads)
            {
                p = TLane.Multiply(p, TLane.Load(decay + at));
                TLane.Store(weights + at, p);
            }
            TLane.Store(product + head, p);
        }
    }
}
