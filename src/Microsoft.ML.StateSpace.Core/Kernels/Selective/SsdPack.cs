using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Between rows as layers have them, (rows, channels) with a given distance, and groups of channels as <see cref="SsdChunk"/> lays them
/// out. Channels that the last group lacks are left alone.
/// </summary>
internal static unsafe class SsdPack
{
    /// <summary>Copies rows into groups that have room for <paramref name="most"/> rows.</summary>
    public static void Pack(ReadOnlySpan<float> rows, int stride, int count, int channels, Span<float> groups, int most)
    {
        Check(rows, stride, count, channels, groups, most);
        fixed (float* from = rows, to = groups)
            Elements.Run(new Copy(from, stride, to, count, most), channels);
    }

    /// <summary>Copies groups into rows.</summary>
    public static void Unpack(ReadOnlySpan<float> groups, int most, int count, int channels, Span<float> rows, int stride)
    {
        Check(rows, stride, count, channels, groups, most);
        fixed (float* from = groups, to = rows)
            Elements.Run(new CopyBack(to, stride, from, count, most), channels);
    }

    /// <summary>Copies (rows, columns) to rows of another length.</summary>
    public static void Columns(ReadOnlySpan<float> from, int stride, int count, int columns, Span<float> to, int strideTo)
    {
        Debug.Assert(from.Length >= (count - 1) * stride + columns && to.Length >= (count - 1) * strideTo + columns, "all rows");
        fixed (float* source = from, destination = to)
            Elements.Run(new CopyColumns(source, stride, destination, strideTo, count), columns);
    }

    /// <summary><c>u = step x</c>, and <c>y = D x</c> unless y is empty.</summary>
    public static void Enter(
        ReadOnlySpan<float> x, int stride, int rows, int channels, ReadOnlySpan<float> step, ReadOnlySpan<float> feedThrough,
        Span<float> u, Span<float> y)
    {
        Check(x, stride, rows, channels, u, SsdChunk.Rows);
        fixed (float* px = x, ps = step, pd = feedThrough, pu = u, py = y)
            Elements.Run(new EnterKernel(px, stride, ps, pd, pu, py, rows), channels);
    }

    /// <summary>
    /// The gradient of <see cref="Enter"/>: <c>dx += step du + D dy</c> and <c>dD += sum of x dy</c>. Then <c>x du</c> takes the place of
    /// du: it is the gradient of the step, as far as it comes from one channel. And <c>a da</c>, the gradient of log a, takes the place of
    /// da.
    /// </summary>
    public static void EnterBackward(
        ReadOnlySpan<float> x, Span<float> dx, int stride, int rows, int channels, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        ReadOnlySpan<float> feedThrough, ReadOnlySpan<float> dy, Span<float> du, Span<float> da, Span<float> dFeedThrough)
    {
        Check(x, stride, rows, channels, du, SsdChunk.Rows);
        fixed (float* px = x, pdx = dx, ps = step, pa = decay, pd = feedThrough, pdy = dy, pdu = du, pda = da, pdd = dFeedThrough)
            Elements.Run(new EnterBackwardKernel(px, pdx, stride, ps, pa, pd, pdy, pdu, pda, pdd, rows), channels);
    }

    /// <summary>Hands a state on: <c>next = end + p before</c>, with one factor p for each channel, in whole groups and blocks.</summary>
    public static void Carry(
        ReadOnlySpan<float> end, ReadOnlySpan<float> product, ReadOnlySpan<float> before, int states, Span<float> next)
    {
        Debug.Assert(end.Length == product.Length * states && before.Length == end.Length && next.Length == end.Length, "states");
        fixed (float* pe = end, pp = product, pb = before, pn = next)
            Elements.Run(new CarryKernel(pe, pp, pb, pn, states), product.Length);
    }

    [Conditional("DEBUG")]
    private static void Check(ReadOnlySpan<float> rows, int stride, int count, int channels, ReadOnlySpan<float> groups, int most)
        => Debug.Assert(
            rows.Length >= (count - 1) * stride + channels && groups.Length >= SsdChunk.Channels(channels) * most && count <= most,
            "all rows and channels");

    private readonly struct Copy(float* rows, nint stride, float* groups, int count, int most) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* from = rows + i, to = groups + SsdChunk.At(i, most);
            for (int left = count; left > 0; left--, from += stride, to += SsdChunk.Group)
                TLane.Store(to, TLane.Load(from));
        }
    }

    private readonly struct CopyBack(float* rows, nint stride, float* groups, int count, int most) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* to = rows + i, from = groups + SsdChunk.At(i, most);
            for (int left = count; left > 0; left--, to += stride, from += SsdChunk.Group)
                TLane.Store(to, TLane.Load(from));
        }
    }

    private readonly struct CopyColumns(float* from, nint stride, float* to, nint strideTo, int count) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* source = from + i, destination = to + i;
            for (int left = count; left > 0; left--, source += stride, destination += strideTo)
                TLane.Store(destination, TLane.Load(source));
        }
    }

    private readonly struct EnterKernel(
        float* x, nint stride, float* step, float* feedThrough, float* u, float* y, int rows) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = SsdChunk.At(i, SsdChunk.Rows);
            float* row = x + i;
            TVector d = y == null ? default : TLane.Load(feedThrough + i);
            for (int left = rows; left > 0; left--, row += stride, at += SsdChunk.Group)
            {
                TVector value = TLane.Load(row);
                TLane.Store(u + at, TLane.Multiply(TLane.Load(step + at), value));
                if (y != null)
                    TLane.Store(y + at, TLane.Multiply(d, value));
            }
        }
    }

    private readonly struct EnterBackwardKernel(
        float* x, float* dx, nint stride, float* step, float* decay, float* feedThrough,
        float* dy, float* du, float* da, float* dFeedThrough, int rows) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = SsdChunk.At(i, SsdChunk.Rows);
            float* row = x + i, to = dx + i;
            TVector d = TLane.Load(feedThrough + i), sum = TLane.Load(dFeedThrough + i);
            for (int left = rows; left > 0; left--, row += stride, to += stride, at += SsdChunk.Group)
            {
                TVector value = TLane.Load(row), g = TLane.Load(dy + at), enters = TLane.Load(du + at);
                sum = TLane.MultiplyAdd(value, g, sum);
                TLane.Store(to, TLane.MultiplyAdd(d, g, TLane.MultiplyAdd(TLane.Load(step + at), enters, TLane.Load(to))));
                TLane.Store(du + at, TLane.Multiply(value, enters));
                TLane.Store(da + at, TLane.Multiply(TLane.Load(decay + at), TLane.Load(da + at)));
            }
            TLane.Store(dFeedThrough + i, sum);
        }
    }

    private readonly struct CarryKernel(float* end, float* product, float* before, float* next, int states) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint at = SsdChunk.At(i, states);
            TVector p = TLane.Load(product + i);
            for (int left = states; left > 0; left--, at += SsdChunk.Group)
                TLane.Store(next + at, TLane.MultiplyAdd(p, TLane.Load(before + at), TLane.Load(end + at)));
        }
    }
}
