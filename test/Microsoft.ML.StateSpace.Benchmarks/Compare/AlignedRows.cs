using System.Runtime.InteropServices;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Memory that begins at a line of the cache, as the values of a network do, and the tensors of the peers.</summary>
internal static class AlignedRows
{
    private const int Line = 64; // bytes

    public static Memory<float> Of(int length)
    {
        float[] memory = GC.AllocateArray<float>(length + Line / sizeof(float), pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        return memory.AsMemory((int)((Line - address % Line) % Line / sizeof(float)), length);
    }

    /// <summary>The numbers of <see cref="Check.Random"/>.</summary>
    public static Memory<float> Random(int length, int seed)
    {
        var values = Of(length);
        Check.Fill(values.Span, seed);
        return values;
    }
}
