// Mirrors TorchSharp.ScalarExtensionMethods.
using System.Numerics;

namespace TorchSharp;

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static Scalar ToScalar(this Complex value) => value;

    public static float ToSingle(this Scalar value) => (float)value.ToDouble();

    public static double ToDouble(this Scalar value) => value.Value.Real;

    public static int ToInt32(this Scalar value) => checked((int)value.ToInt64());

    public static long ToInt64(this Scalar value) => value.Type == torch.ScalarType.Int64 ? value.Integer : (long)value.Value.Real;

    public static bool ToBoolean(this Scalar value) => value.Value != Complex.Zero;

    public static (float Real, float Imaginary) ToComplexFloat32(this Scalar value) => ((float)value.Value.Real, (float)value.Value.Imaginary);

    public static Complex ToComplexFloat64(this Scalar value) => value.Value;
}
