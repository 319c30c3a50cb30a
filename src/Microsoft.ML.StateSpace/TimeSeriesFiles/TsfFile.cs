using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// Reads the <c>.tsf</c> format of the Monash forecasting archive. A file has comments (<c>#</c>), a header (<see cref="TsfHeader"/>), and
/// then one series on each line, <c>attribute:attribute:...:value,value,...</c>.
/// </summary>
internal static class TsfFile
{
    public const string Value = "Value", Time = "Time", Index = "Index";

    private const string DateFormat = "yyyy-MM-dd HH-mm-ss";

    public static TsfDataView Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var header = new TsfHeader();
        var series = new List<TsfSeries>();
        bool inData = false;
        var at = new TsLine(path, 0);
        foreach (string raw in File.ReadLines(path))
        {
            at = at with { Number = at.Number + 1 };
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (inData)
                series.Add(Parse(line, header, at));
            else if (line[0] == '@')
                inData = header.Read(line, at);
            else
                throw at.Error(
                    "data begin before '@data'. A .tsf file has a header of lines that begin with '@', the last of them '@data': write "
                    + "one, or read a table of another format with mlContext.Data.LoadFromTextFile");
        }
        if (!inData)
            throw at.Error("the file ends without '@data', the last line of the header. Write it before the first series");
        return new TsfDataView(header, [.. series]);
    }

    private static TsfSeries Parse(string line, TsfHeader header, TsLine at)
    {
        string[] fields = line.Split(':');
        int known = header.Attributes.Count;
        if (fields.Length != known + 1)
            throw at.Error(
                $"the header has {known} attributes, so a series has {known + 1} fields between ':', but this one has {fields.Length}. "
                + "Write every attribute in front of the values, with '-' in place of ':' in a time, as in 2007-01-31 23-59-59");
        var attributes = new object[known];
        for (int i = 0; i < known; i++)
            attributes[i] = Attribute(fields[i].Trim(), header.Attributes[i], at);
        float[] values = [.. fields[^1].Split(',').Select(text => Number(text, at))];
        int start = header.Attributes.Select(attribute => attribute.Name).ToList().IndexOf(TsfHeader.Start);
        if (start >= 0 && header.Step is { } step && attributes[start] is DateTime first)
            RequireTimes(first, step, values.Length, at);
        return new TsfSeries(attributes, values);
    }

    private static object Attribute(string text, TsfAttribute attribute, TsLine at)
    {
        if (attribute.Type is TextDataViewType)
            return text.AsMemory();
        if (attribute.Type is NumberDataViewType)
            return Number(text, at);
        if (text is "?" or "")
            return default(DateTime);
        return DateTime.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw at.Error(
                $"the attribute '{attribute.Name}' is '{text}', and no date. Write dates as 2007-01-31 23-59-59, and '?' for a missing "
                + "one");
    }

    private static float Number(string text, TsLine at)
    {
        string value = text.Trim();
        if (value is "?" || value.Equals("NaN", StringComparison.OrdinalIgnoreCase))
            return float.NaN;
        if (!float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
            throw at.Error($"'{value}' is no number; a missing one is written '?'");
        return float.IsFinite(number) ? number : throw at.Error(
            $"'{value}' is beyond the range of Single. Divide all values of the file by a power of ten");
    }

    private static void RequireTimes(DateTime start, TsfStep step, int values, TsLine at)
    {
        try
        {
            step.After(start, values - 1);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw at.Error(
                $"the series has {values} values from {start:yyyy-MM-dd} on, and the last one would have no date. Write an earlier "
                + $"{TsfHeader.Start}, or another '@frequency'");
        }
    }
}

/// <summary>A line of data: the attributes, each in its type in ML.NET, and the values, of which a missing one is NaN.</summary>
internal sealed record TsfSeries(object[] Attributes, float[] Values);
