using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Asks for lines of memory before they are needed. A kernel that takes one vector of columns through many rows jumps from row to row, and
/// no processor foresees the lines of the rows that follow. An address may lie outside of what is allocated: nothing is read.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>The line of this address, into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
