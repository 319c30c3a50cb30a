using System.Globalization;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// One line of data, <c>dimension:dimension:...:label</c>. The values of a dimension are separated by commas. A missing value is written
/// <c>?</c>.
/// </summary>
/// <param name="Values">The values, (length, channels). A missing value is NaN.</param>
/// <param name="Length">Number of time steps.</param>
/// <param name="Channels">Number of values in a time step.</param>
/// <param name="Class">
/// The class, counted from 1 in the order of <see cref="TsHeader.Classes"/>. It is 0 if the class is missing or the file has none.
/// </param>
/// <param name="Target">The number to predict. It is NaN if it is missing or the file has none.</param>
/// <param name="Steps">
/// The time from the step before to each step, in units of the stamps, (length); empty where the file has no stamps.
/// </param>
internal sealed record TsSeries(float[] Values, int Length, int Channels, uint Class, float Target, double[] Steps)
{
    public static TsSeries Parse(string line, TsHeader header, TsClock clock, TsLine at)
    {
        var fields = Fields(line, at);
        bool labelled = header.Classes is not null || header.HasTarget;
        int channels = labelled ? fields.Count - 1 : fields.Count;
        if (!labelled)
            RefuseLabel(line, fields, header, at);
        if (channels < 1)
            throw at.Error(
                "a series needs at least one dimension before its label; dimensions are separated by ':'. Where the series have no labels, "
                + "write '@classLabel false' or '@targetLabel false' in the header");
        if (header.Dimensions is int announced && channels != announced)
            throw at.Error(
                $"the header announces {announced} {(announced == 1 ? "dimension" : "dimensions")}, but this series has {channels}");
        var stamps = new List<decimal>[channels];
        var dimensions = new float[channels][];
        for (int c = 0; c < channels; c++)
            dimensions[c] = Dimension(line[fields[c]], header.TimeStamps ? stamps[c] = [] : null, clock, at);
        int length = dimensions[0].Length;
        for (int c = 1; c < channels; c++)
        {
            if (dimensions[c].Length != length)
                throw at.Error(
                    $"dimension {c + 1} has {dimensions[c].Length} values, the first has {length}; "
                    + "all dimensions of a series must have the same length. Resample them, or fill with '?'");
            if (header.TimeStamps && !stamps[c].SequenceEqual(stamps[0]))
                throw at.Error(
                    $"dimension {c + 1} has other time stamps than the first. Resample the dimensions to the same times, or write "
                    + "'@timeStamps false' and the values alone");
        }
        if (header.EqualLength is true && header.SeriesLength is int expected && length != expected)
            throw at.Error(
                $"the header announces {expected} time steps, but this series has {length}. Write '@equalLength false' in the header where "
                + "series differ in length");
        float[] values = new float[checked(length * channels)];
        for (int c = 0; c < channels; c++)
        {
            for (int t = 0; t < length; t++)
                values[t * channels + c] = dimensions[c][t];
        }
        string label = labelled ? line[fields[^1]].Trim() : "";
        return new(
            values, length, channels, header.Classes is null ? 0 : ClassOf(label, header, at),
            header.HasTarget ? Number(label, at) : float.NaN, header.TimeStamps ? TsClock.Steps([.. stamps[0]], at) : []);
    }

    // A class that the header does not announce would be read as one more dimension. It is told from one where the header says how many
    // there are, where it is no number, and where it is one value behind dimensions of more.
    private static void RefuseLabel(string line, List<Range> fields, TsHeader header, TsLine at)
    {
        string last = line[fields[^1]].Trim();
        if (fields.Count < 2 || last.Length == 0 || last.Contains(','))
            return;
        if (header.Dimensions == fields.Count - 1 || !(IsMissing(last) || TryNumber(last, out _)) || line[fields[0]].Contains(','))
            throw at.Error(
                $"the series ends with '{last}', which looks like a label, but the header announces none. For a class write '@classLabel "
                + "true' in the header, followed by the names of all classes; for a number to predict write '@targetLabel true'");
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

    // Where there are stamps, they are added to the list.
    private static float[] Dimension(string field, List<decimal>? stamps, TsClock clock, TsLine at)
    {
        if (string.IsNullOrWhiteSpace(field))
            return [];
        if (stamps is null && field.Contains('('))
            throw at.Error("values with time stamps need '@timeStamps true' in the header");
        return stamps is null ? [.. field.Split(',').Select(value => Number(value, at))] : [.. Stamped(field, stamps, clock, at)];
    }

    // The format is (stamp,value),(stamp,value).
    private static IEnumerable<float> Stamped(string field, List<decimal> stamps, TsClock clock, TsLine at)
    {
        string[] pairs = field.Trim().Split(')');
        for (int i = 0; i + 1 < pairs.Length; i++)
        {
            string pair = pairs[i].Trim();
            string[] parts = (i == 0 ? pair : pair.StartsWith(',') ? pair[1..].TrimStart() : "").Split(',');
            if (parts.Length != 2 || !parts[0].StartsWith('('))
                throw NoStamp(pair + ')', at);
            stamps.Add(clock.Parse(parts[0][1..].Trim(), at));
            yield return Number(parts[1], at);
        }
        if (pairs[^1].Length > 0)
            throw NoStamp(pairs[^1], at);
    }

    private static InvalidDataException NoStamp(string text, TsLine at)
        => at.Error(
            $"'{text}' is no '(time stamp,value)', separated from the one before by a comma. Every value must be one where the header says "
            + "'@timeStamps true'");

    private static float Number(string text, TsLine at)
    {
        string value = text.Trim();
        if (IsMissing(value))
            return float.NaN;
        if (!TryNumber(value, out float number))
            throw at.Error($"'{value}' is no number; a missing one is written '?'");
        // A number that was written as one, and not as infinity.
        if (float.IsInfinity(number) && value.AsSpan().ContainsAnyInRange('0', '9'))
            throw at.Error($"'{value}' is beyond the range of Single. Divide all values of its dimension by a power of ten");
        return number;
    }

    private static bool IsMissing(string value) => value == "?" || value.Equals("NaN", StringComparison.OrdinalIgnoreCase);

    private static bool TryNumber(string value, out float number)
        => float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static uint ClassOf(string label, TsHeader header, TsLine at)
    {
        if (label is "?" or "")
            return 0;
        return header.Keys.TryGetValue(label, out uint key)
            ? key
            : throw at.Error(
                $"the class '{label}' is not among those of '@classLabel' in the header: {string.Join(", ", header.Classes!)}. "
                + "Add it there");
    }
}
