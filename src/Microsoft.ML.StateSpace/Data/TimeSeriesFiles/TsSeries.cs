using System.Globalization;

namespace Microsoft.ML.StateSpace.Data.TimeSeriesFiles;

/// <summary>
/// One line of data, <c>dimension:dimension:...:label</c>. The values of a dimension are separated by commas. A missing value is written
/// <c>?</c>.
/// </summary>
/// <param name="Values">The values, (length, channels). A missing value is NaN.</param>
/// <param name="Length">Number of time steps.</param>
/// <param name="Channels">Number of values in a time step.</param>
/// <param name="Class">The class, counted from 1 in the order of the header. It is 0 if the class is missing or the file has none.</param>
/// <param name="Target">The number to predict. It is NaN if it is missing or the file has none.</param>
internal sealed record TsSeries(float[] Values, int Length, int Channels, uint Class, float Target)
{
    public static TsSeries Parse(string line, TsHeader header, TsLine at)
    {
        var fields = Fields(line, at);
        bool labelled = header.Classes is not null || header.HasTarget;
        int channels = labelled ? fields.Count - 1 : fields.Count;
        if (channels < 1)
            throw at.Error("a series needs at least one dimension before its label; dimensions are separated by ':'");
        if (header.Dimensions is int announced && channels != announced)
            throw at.Error(
                $"the header announces {announced} {(announced == 1 ? "dimension" : "dimensions")}, but this series has {channels}");
        var dimensions = fields.Take(channels).Select(field => Dimension(line[field], header.TimeStamps, at)).ToArray();
        int length = dimensions[0].Length;
        for (int c = 1; c < channels; c++)
        {
            if (dimensions[c].Length != length)
                throw at.Error(
                    $"dimension {c + 1} has {dimensions[c].Length} values, the first has {length}; "
                    + "all dimensions of a series must have the same length. Resample them, or fill with '?'");
        }
        if (header.EqualLength is true && header.SeriesLength is int expected && length != expected)
            throw at.Error($"the header announces {expected} time steps, but this series has {length}");
        float[] values = new float[length * channels];
        for (int c = 0; c < channels; c++)
        {
            for (int t = 0; t < length; t++)
                values[t * channels + c] = dimensions[c][t];
        }
        string label = labelled ? line[fields[^1]].Trim() : "";
        return new(
            values, length, channels, header.Classes is null ? 0 : ClassOf(label, header.Classes, at),
            header.HasTarget ? Number(label, at) : float.NaN);
    }

    // Time stamps may contain ':', but they are always inside parentheses.
    private static List<Range> Fields(string line, TsLine at)
    {
        var fields = new List<Range>();
        int start = 0, depth = 0;
        for (int i = 0; i < line.Length; i++)
        {
            depth += line[i] == '(' ? 1 : line[i] == ')' ? -1 : 0;
            if (line[i] == ':' && depth == 0)
            {
                fields.Add(start..i);
                start = i + 1;
            }
        }
        if (depth != 0)
            throw at.Error("the parentheses are not balanced");
        fields.Add(start..line.Length);
        return fields;
    }

    private static float[] Dimension(string field, bool timeStamps, TsLine at)
    {
        if (string.IsNullOrWhiteSpace(field))
            return [];
        if (!timeStamps && field.Contains('('))
            throw at.Error("values with time stamps need '@timeStamps true' in the header");
        return timeStamps ? [.. Stamped(field, at)] : [.. field.Split(',').Select(value => Number(value, at))];
    }

    // The format is (stamp,value),(stamp,value). Only the order of the values counts; the stamps are dropped.
    private static IEnumerable<float> Stamped(string field, TsLine at)
    {
        foreach (string pair in field.Split(')', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string inner = pair.TrimStart(',', ' ', '\t');
            int comma = inner.LastIndexOf(',');
            if (!inner.StartsWith('(') || comma < 0)
                throw at.Error($"'{pair})' is no '(time stamp,value)'");
            yield return Number(inner[(comma + 1)..], at);
        }
    }

    private static float Number(string text, TsLine at)
    {
        var value = text.AsSpan().Trim();
        if (value is "?" || value.Equals("NaN", StringComparison.OrdinalIgnoreCase))
            return float.NaN;
        return float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            ? number
            : throw at.Error($"'{value}' is no number; a missing one is written '?'");
    }

    private static uint ClassOf(string label, string[] classes, TsLine at)
    {
        if (label is "?" or "")
            return 0;
        int index = Array.IndexOf(classes, label);
        return index >= 0
            ? (uint)index + 1
            : throw at.Error($"the class '{label}' is not among those of the header: {string.Join(", ", classes)}");
    }
}
