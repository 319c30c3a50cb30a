using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>What a kernel does to a few vectors of neighbouring columns while it walks over all rows.</summary>
internal interface IColumnKernel
{
    /// <summary>
    /// Handles <c>TCount.Value</c> vectors, which start at the given columns; further columns are to be ignored. The last vector may
    /// overlap the one before it, so both must be loaded before either is stored.
    /// </summary>
    void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount;
}

/// <summary>
/// What a kernel does to one vector of columns while it walks over all rows. It must not store anything that another vector loads.
/// </summary>
internal interface IColumnWalk
{
    void Run<TLane, TVector>(int column)
        where TLane : ILane<TVector>
        where TVector : struct;
}

/// <summary>
/// The one traversal for all kernels that keep values in registers from row to row. Where the width is no multiple of a vector, the last
/// vector overlaps its neighbour. Where the width is smaller than a vector, narrower lanes are used.
/// </summary>
internal static class Columns
{
    /// <summary>
    /// Covers columns 0 to <paramref name="width"/> with vectors, up to <paramref name="most"/> (2 or 4) at a time. It takes 3 at a time
    /// where one vector would otherwise be left to run alone.
    /// </summary>
    public static void Run<TKernel>(in TKernel kernel, int width, int most)
        where TKernel : struct, IColumnKernel
    {
        if (Vector512.IsHardwareAccelerated && width >= Lane512.Count)
            Run<TKernel, Lane512, Vector512<float>>(kernel, width, most);
        else if (Vector256.IsHardwareAccelerated && width >= Lane256.Count)
            Run<TKernel, Lane256, Vector256<float>>(kernel, width, most);
        else if (Vector128.IsHardwareAccelerated && width >= Lane128.Count)
            Run<TKernel, Lane128, Vector128<float>>(kernel, width, most);
        else
            Run<TKernel, LaneScalar, float>(kernel, width, most);
    }

    /// <summary>
    /// Covers columns 0 to <paramref name="width"/> with vectors, each of which walks over all rows before the next one does.
    /// </summary>
    public static void RunEach<TWalk>(in TWalk walk, int width)
        where TWalk : struct, IColumnWalk
        => Run(new Walks<TWalk>(walk), width, 2);

    // Overlapping vectors must be handled by the same call: in a later call, the second would load what the first has already stored.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TKernel, TLane, TVector>(in TKernel kernel, int width, int most)
        where TKernel : struct, IColumnKernel
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int size = TLane.Count, last = width - size;
        for (int column = 0; column < width;)
        {
            int left = (width - column + size - 1) / size, take = left == most + 1 ? 3 : Math.Min(left, most);
            int c1 = Math.Min(column + size, last), c2 = Math.Min(column + 2 * size, last), c3 = Math.Min(column + 3 * size, last);
            switch (take)
            {
                case 1: kernel.Run<TLane, TVector, N1>(column, c1, c2, c3); break;
                case 2: kernel.Run<TLane, TVector, N2>(column, c1, c2, c3); break;
                case 3: kernel.Run<TLane, TVector, N3>(column, c1, c2, c3); break;
                default: kernel.Run<TLane, TVector, N4>(column, c1, c2, c3); break;
            }
            column += take * size;
        }
    }

    private readonly struct Walks<TWalk>(TWalk walk) : IColumnKernel
        where TWalk : struct, IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            walk.Run<TLane, TVector>(c0);
            if (TCount.Value > 1)
                walk.Run<TLane, TVector>(c1);
            if (TCount.Value > 2)
                walk.Run<TLane, TVector>(c2);
        }
    }
}
