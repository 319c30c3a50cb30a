using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Asks for memory that is needed soon. Processors foresee long runs of rows. They do not foresee the lines of the rows that follow, where
/// a kernel takes one vector of columns through many rows, nor that a walk over chunks goes backward. Where processors cannot be asked, it
/// does nothing.
/// </summary>
internal static unsafe class Prefetch
{
    private const int Floats = 16; // of a cache line

    /// <summary>
    /// The line of this address, into the second-level cache. The address may lie outside of what is allocated: nothing is read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }

    /// <summary>All lines of some values.</summary>
    public static void Lines(ReadOnlySpan<float> values)
    {
        if (!Sse.IsSupported)
            return;
        fixed (float* p = values)
            for (int i = 0; i < values.Length; i += Floats)
                Sse.Prefetch1(p + i);
    }
}
