using System.Globalization;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Values as they stand in messages.</summary>
internal static class Texts
{
    public static string Of<T>(T value) => value switch
    {
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
