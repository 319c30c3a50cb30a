using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// The header of a <c>.tsf</c> file: the lines that begin with <c>@</c>, up to <c>@data</c>. It names the attributes that every series has
/// in front of its values, and how far apart the values are.
/// </summary>
internal sealed class TsfHeader
{
    /// <summary>The attribute with the time of a series' first value.</summary>
    public const string Start = "start_timestamp";

    private readonly List<TsfAttribute> _attributes = [];

    /// <summary>The attributes, in the order of the fields of a line.</summary>
    public IReadOnlyList<TsfAttribute> Attributes => _attributes;

    /// <summary>The step from one value to the next; <see langword="null"/> if the file does not say.</summary>
    public TsfStep? Step { get; private set; }

    /// <summary>Reads one line of the header. Returns <see langword="true"/> at <c>@data</c>.</summary>
    public bool Read(string line, TsLine at)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        switch (words[0].ToLowerInvariant())
        {
            case "@attribute" when words.Length == 3:
                Add(words[1], words[2], at);
                break;
            case "@attribute":
                throw at.Error("'@attribute' must be followed by a name and a type: string, numeric or date");
            case "@frequency":
                Step = words.Length == 2 && TsfStep.Parse(words[1]) is { } step ? step : throw at.Error(
                    $"the frequency '{string.Join(' ', words[1..])}' is not known. Write yearly, quarterly, monthly, weekly, daily, "
                    + "hourly, half_hourly, minutely, or a number with a unit such as 10_minutes or 4_seconds; or leave '@frequency' "
                    + "out, and take the places of the values as their times");
                break;
            case "@data":
                return _attributes.Count > 0 ? true : throw at.Error(
                    "the header has no '@attribute', by which series are told apart. Write '@attribute series_name string', and the name "
                    + "of each series, with ':' behind it, in front of its values");
        }
        return false;
    }

    private void Add(string name, string type, TsLine at)
    {
        if (_attributes.Exists(attribute => attribute.Name == name) || name is TsfFile.Value or TsfFile.Time or TsfFile.Index)
            throw at.Error($"two columns would have the name '{name}'. Give the attribute another name");
        _attributes.Add(new TsfAttribute(name, type.ToLowerInvariant() switch
        {
            "string" => TextDataViewType.Instance,
            "numeric" => NumberDataViewType.Single,
            "date" => DateTimeDataViewType.Instance,
            _ => throw at.Error($"the attribute '{name}' has the type '{type}'. Write string, numeric or date"),
        }));
    }
}

/// <summary>Something that is known of every series.</summary>
internal sealed record TsfAttribute(string Name, PrimitiveDataViewType Type);

/// <summary>The step from one value of a series to the next: so many months, or so long a time.</summary>
internal readonly record struct TsfStep(int Months, TimeSpan Time)
{
    /// <summary>The step of a frequency; <see langword="null"/> if there is none of that name.</summary>
    public static TsfStep? Parse(string frequency)
    {
        string name = frequency.ToLowerInvariant();
        int unit = name.IndexOf('_', StringComparison.Ordinal);
        if (unit > 0 && int.TryParse(name[..unit], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
            return name[(unit + 1)..] switch
            {
                "second" or "seconds" => new(0, TimeSpan.FromSeconds(count)),
                "minute" or "minutes" => new(0, TimeSpan.FromMinutes(count)),
                "hour" or "hours" => new(0, TimeSpan.FromHours(count)),
                "day" or "days" => new(0, TimeSpan.FromDays(count)),
                "week" or "weeks" => new(0, TimeSpan.FromDays(7L * count)),
                "month" or "months" => new(count, default),
                "year" or "years" => new(12 * count, default),
                _ => null,
            };
        return name switch
        {
            "yearly" => new(12, default),
            "quarterly" => new(3, default),
            "monthly" => new(1, default),
            "weekly" => new(0, TimeSpan.FromDays(7)),
            "daily" => new(0, TimeSpan.FromDays(1)),
            "hourly" => new(0, TimeSpan.FromHours(1)),
            "half_hourly" => new(0, TimeSpan.FromMinutes(30)),
            "minutely" => new(0, TimeSpan.FromMinutes(1)),
            "secondly" => new(0, TimeSpan.FromSeconds(1)),
            _ => null,
        };
    }

    /// <summary>The time of a value, so many steps behind the first one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such time.</exception>
    public DateTime After(DateTime start, int steps)
        => Months > 0 ? start.AddMonths(checked(steps * Months)) : start.AddTicks(checked(steps * Time.Ticks));
}
