namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// One SIMD width, as a set of static operations on its vector type: a kernel is written once over <typeparamref name="TVector"/> and the JIT makes one copy a width.
/// Every operation rounds each element alike in all widths of one machine, so elementwise kernels may end a span with narrower lanes, or with overlapping ones,
/// and still give the same bits.
/// </summary>
/// <remarks>
/// Loops over lanes are marked AggressiveOptimization. They skip the tiers of the JIT, where a long first call keeps its vectors in memory and a profile of the first
/// calls, which are rarely typical, has been seen to cost a factor of three ever after.
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

    /// <summary><c>x y + z</c>: fused where the machine can, in all widths, and in none where it cannot.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);

    /// <summary><c>z - x y</c>, fused as <see cref="MultiplyAdd"/> is.</summary>
    static abstract TVector MultiplySubtract(TVector x, TVector y, TVector z);

    /// <summary><paramref name="value"/> between the limits; NaN stays NaN.</summary>
    static abstract TVector Clamp(TVector value, float low, float high);

    /// <summary>The larger of both; where one is NaN, either.</summary>
    static abstract TVector Max(TVector x, TVector y);

    /// <summary>The nearest integer, halves to even.</summary>
    static abstract TVector Round(TVector x);

    /// <summary><c>x 2^exponent</c> for an integer exponent, where neither x nor the result is subnormal, infinite or NaN.</summary>
    static abstract TVector Scale(TVector x, TVector exponent);

    /// <summary>Zeroes all but the last <paramref name="count"/> elements.</summary>
    static abstract TVector KeepLast(TVector x, int count);

    /// <summary>The sum of the elements.</summary>
    static abstract float Sum(TVector x);
}
