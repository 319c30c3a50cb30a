using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace;

/// <summary>Checks of option values; each failure names the option, what must hold and what was given.</summary>
internal static class OptionCheck
{
    /// <summary>The largest width of a layer, and the largest number of states, heads or blocks.</summary>
    public const int MostSize = 1 << 16;

    /// <summary>Requires a size of the network, from 1 to <paramref name="most"/>.</summary>
    public static void Size(int? value, int most = MostSize, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value < 1 || value > most)
            throw new ArgumentOutOfRangeException(option, value, $"{option} must lie in [1, {most}].");
    }

    public static void AtLeast(int? value, int minimum, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value < minimum)
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {minimum}.");
    }

    /// <summary>Requires a number of bytes, at least 1.</summary>
    public static void Bytes(long value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be a number of bytes, at least 1.");
    }

    public static void Positive(double? value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value is double v && !(v > 0 && double.IsFinite(v)))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be a positive number.");
    }

    public static void InRange(
        double? value, double low, double high, bool upperIncluded = true, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value is double v && !(v >= low && (upperIncluded ? v <= high : v < high)))
            throw new ArgumentOutOfRangeException(
                option, value,
                high == double.MaxValue ? $"{option} must be a number of at least {low}."
                    : $"{option} must lie in [{low}, {high}{(upperIncluded ? "]" : ")")}.");
    }

    public static void Ordered(
        double? low, double? high, [CallerArgumentExpression(nameof(low))] string lowOption = "",
        [CallerArgumentExpression(nameof(high))] string highOption = "")
    {
        if (low > high)
            throw new ArgumentOutOfRangeException(lowOption, low, $"{lowOption} must not exceed {highOption}, which is {high}.");
    }

    public static void Defined(Enum value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        var kind = value.GetType();
        if (!Enum.IsDefined(kind, value))
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be one of {string.Join(", ", Enum.GetNames(kind))}.");
    }
}
