using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>What an elementwise kernel does to the elements that start at one index: it loads, computes and stores.</summary>
internal interface IElementKernel
{
    /// <summary>Handles <c>TLane.Count</c> elements from <paramref name="i"/>.</summary>
    void Run<TLane, TVector>(int i)
        where TLane : ILane<TVector>
        where TVector : struct;
}

/// <summary>
/// The one traversal for all elementwise kernels. It takes the widest lanes first and narrower ones for the rest. By the rounding rule of
/// <see cref="ILane{TVector}"/> an element gets the same bits wherever it stands. Each element is loaded and stored once, so a kernel may
/// work in place.
/// </summary>
internal static class Elements
{
    /// <summary>Handles <paramref name="length"/> elements, at most <paramref name="most"/> at a time.</summary>
    // A width is compiled only when it first has elements, so the first prediction of a process does not wait for widths that it does not
    // use.
    public static void Run<TKernel>(TKernel kernel, int length, int most = int.MaxValue)
        where TKernel : struct, IElementKernel
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated && most >= Lane512.Count && length >= Lane512.Count)
            i = Run<TKernel, Lane512, Vector512<float>>(kernel, i, length);
        if (Vector256.IsHardwareAccelerated && most >= Lane256.Count && length - i >= Lane256.Count)
            i = Run<TKernel, Lane256, Vector256<float>>(kernel, i, length);
        if (Vector128.IsHardwareAccelerated && most >= Lane128.Count && length - i >= Lane128.Count)
            i = Run<TKernel, Lane128, Vector128<float>>(kernel, i, length);
        if (i < length)
            Run<TKernel, LaneScalar, float>(kernel, i, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Run<TKernel, TLane, TVector>(TKernel kernel, int i, int length)
        where TKernel : struct, IElementKernel
        where TLane : ILane<TVector>
        where TVector : struct
    {
        for (; i <= length - TLane.Count; i += TLane.Count)
            kernel.Run<TLane, TVector>(i);
        return i;
    }
}
