using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>16 floats.</summary>
internal readonly unsafe struct Lane512 : ILane<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static void Store(float* destination, Vector512<float> value) => value.Store(destination);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    public static Vector512<float> Subtract(Vector512<float> x, Vector512<float> y) => x - y;

    public static Vector512<float> Multiply(Vector512<float> x, Vector512<float> y) => x * y;

    public static Vector512<float> Divide(Vector512<float> x, Vector512<float> y) => x / y;

    public static Vector512<float> Sqrt(Vector512<float> x) => Vector512.Sqrt(x);

    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> z)
        => Vector512.MultiplyAddEstimate(x, y, z);

    public static Vector512<float> MultiplySubtract(Vector512<float> x, Vector512<float> y, Vector512<float> z)
        => Vector512.MultiplyAddEstimate(-x, y, z);

    public static Vector512<float> Clamp(Vector512<float> value, float low, float high)
        => Vector512.MinNative(Vector512.Create(high), Vector512.MaxNative(Vector512.Create(low), value));

    public static Vector512<float> Max(Vector512<float> x, Vector512<float> y) => Vector512.MaxNative(x, y);

    public static Vector512<float> Round(Vector512<float> x) => Vector512.Round(x);

    public static Vector512<float> Scale(Vector512<float> x, Vector512<float> exponent)
        => Avx512F.IsSupported ? Avx512F.Scale(x, exponent) : (x.AsInt32() + (Vector512.ConvertToInt32Native(exponent) << 23)).AsSingle();

    public static Vector512<float> KeepLast(Vector512<float> x, int count)
        => Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(Vector512<int>.Indices, Vector512.Create(Count - count)).AsSingle(), x, default);

    public static Vector512<float> Above(Vector512<float> x, Vector512<float> y)
        => Vector512.GreaterThan(x, y) & Vector512<float>.One;

    public static float Sum(Vector512<float> x) => Vector512.Sum(x);

    public static float Largest(Vector512<float> x) => Lane256.Largest(Lane256.Max(x.GetLower(), x.GetUpper()));
}

/// <summary>8 floats.</summary>
internal readonly unsafe struct Lane256 : ILane<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static void Store(float* destination, Vector256<float> value) => value.Store(destination);

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> x, Vector256<float> y) => x + y;

    public static Vector256<float> Subtract(Vector256<float> x, Vector256<float> y) => x - y;

    public static Vector256<float> Multiply(Vector256<float> x, Vector256<float> y) => x * y;

    public static Vector256<float> Divide(Vector256<float> x, Vector256<float> y) => x / y;

    public static Vector256<float> Sqrt(Vector256<float> x) => Vector256.Sqrt(x);

    public static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> z)
        => Vector256.MultiplyAddEstimate(x, y, z);

    public static Vector256<float> MultiplySubtract(Vector256<float> x, Vector256<float> y, Vector256<float> z)
        => Vector256.MultiplyAddEstimate(-x, y, z);

    public static Vector256<float> Clamp(Vector256<float> value, float low, float high)
        => Vector256.MinNative(Vector256.Create(high), Vector256.MaxNative(Vector256.Create(low), value));

    public static Vector256<float> Max(Vector256<float> x, Vector256<float> y) => Vector256.MaxNative(x, y);

    public static Vector256<float> Round(Vector256<float> x) => Vector256.Round(x);

    public static Vector256<float> Scale(Vector256<float> x, Vector256<float> exponent)
        => (x.AsInt32() + (Vector256.ConvertToInt32Native(exponent) << 23)).AsSingle();

    public static Vector256<float> KeepLast(Vector256<float> x, int count)
        => Vector256.ConditionalSelect(
            Vector256.GreaterThanOrEqual(Vector256<int>.Indices, Vector256.Create(Count - count)).AsSingle(), x, default);

    public static Vector256<float> Above(Vector256<float> x, Vector256<float> y)
        => Vector256.GreaterThan(x, y) & Vector256<float>.One;

    public static float Sum(Vector256<float> x) => Vector256.Sum(x);

    public static float Largest(Vector256<float> x) => Lane128.Largest(Lane128.Max(x.GetLower(), x.GetUpper()));
}

/// <summary>4 floats.</summary>
internal readonly unsafe struct Lane128 : ILane<Vector128<float>>
{
    public static int Count => Vector128<float>.Count;

    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    public static void Store(float* destination, Vector128<float> value) => value.Store(destination);

    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    public static Vector128<float> Add(Vector128<float> x, Vector128<float> y) => x + y;

    public static Vector128<float> Subtract(Vector128<float> x, Vector128<float> y) => x - y;

    public static Vector128<float> Multiply(Vector128<float> x, Vector128<float> y) => x * y;

    public static Vector128<float> Divide(Vector128<float> x, Vector128<float> y) => x / y;

    public static Vector128<float> Sqrt(Vector128<float> x) => Vector128.Sqrt(x);

    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> z)
        => Vector128.MultiplyAddEstimate(x, y, z);

    public static Vector128<float> MultiplySubtract(Vector128<float> x, Vector128<float> y, Vector128<float> z)
        => Vector128.MultiplyAddEstimate(-x, y, z);

    public static Vector128<float> Clamp(Vector128<float> value, float low, float high)
        => Vector128.MinNative(Vector128.Create(high), Vector128.MaxNative(Vector128.Create(low), value));

    public static Vector128<float> Max(Vector128<float> x, Vector128<float> y) => Vector128.MaxNative(x, y);

    public static Vector128<float> Round(Vector128<float> x) => Vector128.Round(x);

    public static Vector128<float> Scale(Vector128<float> x, Vector128<float> exponent)
        => (x.AsInt32() + (Vector128.ConvertToInt32Native(exponent) << 23)).AsSingle();

    public static Vector128<float> KeepLast(Vector128<float> x, int count)
        => Vector128.ConditionalSelect(
            Vector128.GreaterThanOrEqual(Vector128<int>.Indices, Vector128.Create(Count - count)).AsSingle(), x, default);

    public static Vector128<float> Above(Vector128<float> x, Vector128<float> y)
        => Vector128.GreaterThan(x, y) & Vector128<float>.One;

    public static float Sum(Vector128<float> x) => Vector128.Sum(x);

    public static float Largest(Vector128<float> x)
    {
        x = Max(x, Vector128.Shuffle(x, Vector128.Create(2, 3, 0, 1)));
        return Max(x, Vector128.Shuffle(x, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }
}

/// <summary>One float. It takes the place of the other lanes where there is no SIMD, and for spans shorter than any vector.</summary>
internal readonly unsafe struct LaneScalar : ILane<float>
{
    public static int Count => 1;

    public static float Load(float* source) => *source;

    public static void Store(float* destination, float value) => *destination = value;

    public static float Broadcast(float value) => value;

    public static float Add(float x, float y) => x + y;

    public static float Subtract(float x, float y) => x - y;

    public static float Multiply(float x, float y) => x * y;

    public static float Divide(float x, float y) => x / y;

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float MultiplyAdd(float x, float y, float z) => float.MultiplyAddEstimate(x, y, z);

    public static float MultiplySubtract(float x, float y, float z) => float.MultiplyAddEstimate(-x, y, z);

    public static float Clamp(float value, float low, float high) => float.MinNative(high, float.MaxNative(low, value));

    public static float Max(float x, float y) => float.MaxNative(x, y);

    public static float Round(float x) => MathF.Round(x);

    public static float Scale(float x, float exponent)
        => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + ((int)exponent << 23));

    public static float KeepLast(float x, int count) => count > 0 ? x : 0;

    public static float Above(float x, float y) => x > y ? 1 : 0;

    public static float Sum(float x) => x;

    public static float Largest(float x) => x;
}
