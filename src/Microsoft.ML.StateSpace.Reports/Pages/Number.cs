using System.Globalization;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Numbers as text, the same in every culture.</summary>
internal static class Number
{
    /// <summary>Four digits; a number that is not known is a dash.</summary>
    public static string Text(double value)
    {
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "-∞";
        double size = Math.Abs(value);
        if (value == Math.Floor(value) && size < 1e7)
            return value.ToString("#,0", CultureInfo.InvariantCulture);
        string format = size switch
        {
            < 1e-3 or >= 1e7 => "0.###e0",
            < 0.1 => "G4",
            < 1 => "0.0000",
            < 10 => "0.000",
            < 100 => "0.00",
            < 1000 => "0.0",
            _ => "#,0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>An option, as it would be written in code.</summary>
    public static string Option(double value) => value.ToString("G7", CultureInfo.InvariantCulture);

    /// <summary>The number of something.</summary>
    public static string Text(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share)
        => double.IsNaN(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "\u00A0%";

    /// <summary>A number beside an axis, with no more digits than it needs.</summary>
    public static string Tick(double value)
    {
        double size = Math.Abs(value);
        return value.ToString(size is 0 or (>= 1e-4 and < 1e6) ? "#,0.#####" : "0.##e0", CultureInfo.InvariantCulture);
    }
}
