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
