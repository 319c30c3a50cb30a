using System.Runtime.InteropServices;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Memory for the values of a pass, which grows to the largest so far. It begins at a line of the cache, so that no vector of a row lies
/// across two.
/// </summary>
internal sealed class Arena
{
    private const int Line = 64; // bytes

    private float[] _memory = [];
    private int _start;

    /// <summary>Floats that it holds.</summary>
    public int Length { get; private set; }

    public Span<float> Span => _memory.AsSpan(_start, Length);

    /// <summary>Grows to so many floats; what it held is lost then.</summary>
    public void Grow(int length)
    {
        if (length <= Length)
            return;
        _memory = [];
        int padded = (int)Math.Min(length + (long)(Line / sizeof(float)), Array.MaxLength);
        _memory = GC.AllocateUninitializedArray<float>(padded, pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        int start = (int)((Line - address % Line) % Line / sizeof(float));
        (_start, Length) = (start + length <= padded ? start : 0, length);
    }

    /// <summary>Lets its memory go.</summary>
    public void Release() => (_memory, _start, Length) = ([], 0, 0);
}
