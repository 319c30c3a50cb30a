using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Asks for memory that is needed soon. Processors foresee long runs of rows; they do not foresee that a walk over chunks goes backward, or
/// where the next chunk of a kernel that stays with one for long lies.
/// </summary>
internal static unsafe class Ahead
{
    private const int Line = 16; // floats of a cache line

    /// <summary>Has the second-level cache fetch some values. Where processors cannot be asked, it does nothing.</summary>
    public static void Fetch(ReadOnlySpan<float> values)
    {
        if (!Sse.IsSupported)
            return;
        fixed (float* p = values)
            for (int i = 0; i < values.Length; i += Line)
                Sse.Prefetch1(p + i);
    }
}
