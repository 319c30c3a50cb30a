using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The softmax of scores (rows, heads, keys), in place, over the keys that each row sees: <c>p_j = exp(scale (s_j - max s)) / sum</c>, and
/// 0 for all other keys. The keys are <c>before</c> rows before the first row, then the rows themselves; a row sees itself and the
/// window - 1 keys before it. The largest score is subtracted first, so no exponential overflows.
/// </summary>
internal static unsafe class WindowSoftmax
{
    /// <summary>The keys that a row sees: the first of them, and the one behind the last.</summary>
    public static (int From, int To) Seen(int row, int before, int window) => (Math.Max(0, before + row + 1 - window), before + row + 1);

    /// <summary>Replaces scores by probabilities.</summary>
    public static void Forward(Span<float> scores, int rows, int heads, int before, int window, float scale)
    {
        int keys = scores.Length / (rows * heads);
        for (int row = 0; row < rows; row++)
        {
            var (from, to) = Seen(row, before, window);
            for (int head = 0; head < heads; head++)
            {
                var s = scores.Slice((row * heads + head) * keys, keys);
                s[..from].Clear();
                s[to..].Clear();
                fixed (float* p = s)
                    Normalize(p + from, to - from, scale);
            }
        }
    }

    /// <summary>
    /// Replaces the gradients of the probabilities p, (rows of all heads, keys), by those of the scores:
    /// <c>ds = scale p (dp - sum of p dp)</c>.
    /// </summary>
    public static void Backward(ReadOnlySpan<float> probabilities, Span<float> gradients, int keys, float scale)
    {
        fixed (float* p = probabilities, g = gradients)
        {
            for (int start = 0; start < gradients.Length; start += keys)
            {
                if (Vector512.IsHardwareAccelerated && keys >= Lane512.Count)
                    Backward<Lane512, Vector512<float>>(p + start, g + start, keys, scale);
                else if (Vector256.IsHardwareAccelerated && keys >= Lane256.Count)
                    Backward<Lane256, Vector256<float>>(p + start, g + start, keys, scale);
                else if (Vector128.IsHardwareAccelerated && keys >= Lane128.Count)
                    Backward<Lane128, Vector128<float>>(p + start, g + start, keys, scale);
                else
                    Backward<LaneScalar, float>(p + start, g + start, keys, scale);
            }
        }
    }

    private static void Normalize(float* s, int length, float scale)
    {
        if (Vector512.IsHardwareAccelerated && length >= Lane512.Count)
            Normalize<Lane512, Vector512<float>>(s, length, scale);
        else if (Vector256.IsHardwareAccelerated && length >= Lane256.Count)
            Normalize<Lane256, Vector256<float>>(s, length, scale);
        else if (Vector128.IsHardwareAccelerated && length >= Lane128.Count)
            Normalize<Lane128, Vector128<float>>(s, length, scale);
        else
            Normalize<LaneScalar, float>(s, length, scale);
    }

    // The last vector overlaps the one before it, where the length is no multiple of the lanes. It is taken before anything is overwritten.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize<TLane, TVector>(float* s, int length, float scale)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int last = length - TLane.Count, rest = length % TLane.Count, whole = length - rest;
        TVector largest = TLane.Load(s + last);
        for (int j = 0; j < whole; j += TLane.Count)
            largest = TLane.Max(largest, TLane.Load(s + j));
        TVector top = TLane.Broadcast(TLane.Largest(largest)), factor = TLane.Broadcast(scale), sum = default, tail = default;
        if (rest > 0)
        {
            tail = Exponential<TLane, TVector>(TLane.Load(s + last), top, factor);
            sum = TLane.KeepLast(tail, rest);
        }
        for (int j = 0; j < whole; j += TLane.Count)
        {
            TVector e = Exponential<TLane, TVector>(TLane.Load(s + j), top, factor);
            TLane.Store(s + j, e);
            sum = TLane.Add(sum, e);
        }
        TVector share = TLane.Broadcast(1 / TLane.Sum(sum));
        for (int j = 0; j < whole; j += TLane.Count)
            TLane.Store(s + j, TLane.Multiply(TLane.Load(s + j), share));
        if (rest > 0)
            TLane.Store(s + last, TLane.Multiply(tail, share));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponential<TLane, TVector>(TVector s, TVector top, TVector factor)
        where TLane : ILane<TVector>
        where TVector : struct
        => LaneMath.Exp<TLane, TVector>(TLane.Clamp(TLane.Multiply(TLane.Subtract(s, top), factor), -LaneMath.ExpLimit, 0));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLane, TVector>(float* p, float* g, int keys, float scale)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        int last = keys - TLane.Count, rest = keys % TLane.Count, whole = keys - rest;
        TVector sum = default, tail = default;
        for (int j = 0; j < whole; j += TLane.Count)
            sum = TLane.MultiplyAdd(TLane.Load(p + j), TLane.Load(g + j), sum);
        if (rest > 0)
            sum = TLane.Add(sum, TLane.KeepLast(TLane.Multiply(TLane.Load(p + last), TLane.Load(g + last)), rest));
        TVector mean = TLane.Broadcast(TLane.Sum(sum)), factor = TLane.Broadcast(scale);
        if (rest > 0)
            tail = Slope<TLane, TVector>(p + last, g + last, mean, factor);
        for (int j = 0; j < whole; j += TLane.Count)
            TLane.Store(g + j, Slope<TLane, TVector>(p + j, g + j, mean, factor));
        if (rest > 0)
            TLane.Store(g + last, tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope<TLane, TVector>(float* p, float* g, TVector mean, TVector factor)
        where TLane : ILane<TVector>
        where TVector : struct
        => TLane.Multiply(TLane.Multiply(TLane.Load(p), factor), TLane.Subtract(TLane.Load(g), mean));
}
