using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>What stands for a value that is not there: NaN, the missing key, empty text, and the default of other types.</summary>
internal static class Missings
{
    public static T Of<T>()
        => typeof(T) == typeof(float) ? Cast<float, T>(float.NaN)
            : typeof(T) == typeof(double) ? Cast<double, T>(double.NaN)
            : default!;

    private static TTo Cast<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);
}
