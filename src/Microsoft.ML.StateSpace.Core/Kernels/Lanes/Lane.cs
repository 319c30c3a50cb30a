namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// One SIMD width, as a set of static operations on its vector type. A kernel is written once over <typeparamref name="TVector"/>, and the
/// JIT compiles one copy for each width. On one machine every operation rounds an element alike in all widths. So elementwise kernels may
/// end a span with narrower or overlapping vectors and still give the same bits.
/// </summary>
/// <remarks>
/// Loops over lanes are marked AggressiveOptimization, which skips the tiers of the JIT. In the first tier a long call keeps its vectors in
/// memory. And a profile of the first calls, which are rarely typical, has been seen to cost a factor of three for the rest of the process.
/// </remarks>
internal unsafe interface ILane<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* destination, TVector value);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    static abstract TVector Divide(TVector x, TVector y);

    static abstract TVector Sqrt(TVector x);

    /// <summary><c>x y + z</c>. Fused in all widths where the machine can fuse, and in none where it cannot.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    /// <summary><c>z - x y</c>, fused as <see cref="MultiplyAdd"/> is.</summary>
    static abstract TVector MultiplySubtract(TVector x, TVector y, TVector z);

    /// <summary><paramref name="value"/> limited to [low, high]; NaN stays NaN.</summary>
    static abstract TVector Clamp(TVector value, float low, float high);

    /// <summary>The larger of both; where one of them is NaN, the result may be either.</summary>
    static abstract TVector Max(TVector x, TVector y);

    /// <summary>The nearest integer; halves go to the even one.</summary>
    static abstract TVector Round(TVector x);

    /// <summary><c>x 2^exponent</c> for an integer exponent, where neither x nor the result is subnormal, infinite or NaN.</summary>
    static abstract TVector Scale(TVector x, TVector exponent);

    /// <summary>Zeroes all but the last <paramref name="count"/> elements.</summary>
    static abstract TVector KeepLast(TVector x, int count);

    /// <summary>1 where x is above y, 0 elsewhere.</summary>
    static abstract TVector Above(TVector x, TVector y);

    /// <summary>The sum of the elements.</summary>
    static abstract float Sum(TVector x);

    /// <summary>The largest element, none of which is NaN.</summary>
    static abstract float Largest(TVector x);
}
