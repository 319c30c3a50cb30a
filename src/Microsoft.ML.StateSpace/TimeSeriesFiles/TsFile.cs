using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// Reads the <c>.ts</c> format of the UCR/UEA archive. A file has comments (<c>#</c>, <c>%</c>), a header (<see cref="TsHeader"/>), and
/// then one series on each line (<see cref="TsSeries"/>).
/// </summary>
internal static class TsFile
{
    /// <param name="path">The file.</param>
    /// <param name="intervalUnit">What an interval of 1 means, in units of the stamps; <see langword="null"/> for the median step.</param>
    public static TsDataView Load(string path, double? intervalUnit)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (intervalUnit is { } unit && !(unit > 0 && double.IsFinite(unit)))
            throw new ArgumentOutOfRangeException(
                nameof(intervalUnit), unit,
                "intervalUnit must be a positive number, in seconds where time stamps are dates and in units of the stamps where they are "
                + "numbers. Leave it null for the median step of the file.");
        var header = new TsHeader();
        var clock = new TsClock();
        var series = new List<TsSeries>();
        bool inData = false;
        var at = new TsLine(path, 0);
        foreach (string raw in File.ReadLines(path))
        {
            at = at with { Number = at.Number + 1 };
            string line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or '%')
                continue;
            if (inData)
                series.Add(Check(TsSeries.Parse(line, header, clock, at), series, header, at));
            else if (line[0] == '@')
                inData = header.Read(line, at);
            else
                throw at.Error(
                    "data begin before '@data'. A .ts file has a header of lines that begin with '@', the last of them '@data': write one, "
                    + "or read a table of another format with mlContext.Data.LoadFromTextFile");
        }
        if (!inData)
            throw at.Error("the file ends without '@data', the last line of the header. Write it before the first series");
        double step = header.TimeStamps ? intervalUnit ?? TsClock.MedianStep(series) : 1;
        return new TsDataView(SchemaOf(header, series, at), [.. series], header, step);
    }

    private static TsSeries Check(TsSeries next, List<TsSeries> before, TsHeader header, TsLine at)
    {
        if (before.Count > 0 && next.Channels != before[0].Channels)
            throw at.Error($"this series has {next.Channels} dimensions, those before have {before[0].Channels}");
        if (before.Count > 0 && header.EqualLength is true && next.Length != before[0].Length)
            throw at.Error(
                $"this series has {next.Length} time steps, those before have {before[0].Length}, "
                + "though the header says '@equalLength true'. Write '@equalLength false' where series differ in length");
        return next;
    }

    private static DataViewSchema SchemaOf(TsHeader header, List<TsSeries> series, TsLine at)
    {
        int channels = header.Dimensions ?? (series.Count > 0 ? series[0].Channels : 1);
        // The header decides, so that a training file and a test file get columns of the same type. The data decide only where the header
        // says nothing.
        bool equal = header.EqualLength ?? series.All(s => s.Length == series[0].Length);
        int length = !equal ? 0 : series.Count > 0 ? series[0].Length : header.SeriesLength ?? 0;
        if ((long)length * channels > Array.MaxLength)
            throw at.Error($"the header announces {length} time steps of {channels} dimensions, more than a vector can hold");
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(
            "Features",
            channels == 1 && length > 0
                ? new VectorDataViewType(NumberDataViewType.Single, length)
                : new VectorDataViewType(NumberDataViewType.Single, length, channels));
        if (header.Classes is { } classes)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            LabelValues.Of(classes).AddTo(annotations, AnnotationKinds.KeyValues);
            builder.AddColumn("Label", new KeyDataViewType(typeof(uint), classes.Length), annotations.ToAnnotations());
        }
        else if (header.HasTarget)
        {
            builder.AddColumn("Label", NumberDataViewType.Single);
        }
        if (header.TimeStamps)
            builder.AddColumn("Intervals", new VectorDataViewType(NumberDataViewType.Single, length));
        return builder.ToSchema();
    }
}
