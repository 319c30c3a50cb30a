using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Files of the UCR/UEA archive, and of others, that cannot be read as they are.</summary>
internal static class TsFileSituations
{
    public static IEnumerable<Situation> All =>
    [
        Of("download that one", "@relation x\n@attribute a numeric\n@data\n1,2,b\n", "@classLabel true b\n@data\n1,2:b\n"),
        Of("write the header of a .ts file", "@relation x\n@attribute a numeric\n@data\n1,2,b\n", "@classLabel true b\n@data\n1,2:b\n"),
        Of("write one, or read", "1,2:b\n", "@classLabel true b\n@data\n1,2:b\n"),
        new(
            "read a table of another format with mlContext.Data.LoadFromTextFile", () => Load("1\t2\n3\t4\n"),
            () => WithFile(
                "1\t2\n3\t4\n",
                path => Ml.Data.LoadFromTextFile(path, [new("Features", DataKind.Single, 0, 1)]).Preview().RowView.Should().HaveCount(2))),
        Of("Write it before the first series", "@classLabel true b\n", "@classLabel true b\n@data\n"),
        Of("'@classLabel true' must be followed by the names of all classes", "@classLabel true\n@data\n1,2:b\n",
            "@classLabel true b\n@data\n1,2:b\n"),
        Of("a whole number, or by -1 where it is not known", "@seriesLength n\n@data\n1,2\n", "@seriesLength -1\n@data\n1,2\n"),
        Of("write '@classLabel true' in the header, followed by the names of all classes", "@data\n1,2:b\n",
            "@classLabel true b\n@data\n1,2:b\n"),
        Of("for a number to predict write '@targetLabel true'", "@data\n1,2:7\n", "@targetLabel true\n@data\n1,2:7\n"),
        Of("write '@classLabel false' or '@targetLabel false'", "@classLabel true a b\n@data\n1,2\n", "@classLabel false\n@data\n1,2\n"),
        Of("Add it there", "@classLabel true a\n@data\n1,2:b\n", "@classLabel true a b\n@data\n1,2:b\n"),
        Of("Write '@equalLength false' in the header", "@equalLength true\n@seriesLength 3\n@data\n1,2\n",
            "@equalLength false\n@seriesLength 3\n@data\n1,2\n"),
        Of("Write '@equalLength false' where", "@equalLength true\n@data\n1,2,3\n1,2\n", "@equalLength false\n@data\n1,2,3\n1,2\n"),
        Of("need '@timeStamps true' in the header", "@data\n(0,1),(1,2)\n", "@timeStamps true\n@data\n(0,1),(1,2)\n"),
        Of("Every value must be one", "@timeStamps true\n@data\n(0,1)(1,2)\n", "@timeStamps true\n@data\n(0,1),(1,2)\n"),
        Of("fill with '?'", "@data\n1,2,3:4,5\n", "@data\n1,2,3:4,5,?\n"),
        Of("Resample them", "@data\n1,2,3:4,5\n", "@data\n1,2,3:4,4.5,5\n"),
        Of("a missing one is written '?'", "@data\n1,-,3\n", "@data\n1,?,3\n"),
        Of("Divide all values of its dimension by a power of ten", "@data\n1e39,2\n", "@data\n1e29,2e-10\n"),
        Of("Write dates as 2007-01-31 23:59:59", Stamps + "(noon,1)\n", Stamps + "(2007-01-31 12:00:00,1)\n"),
        Of("or '@timeStamps false' and the values alone where their times are not known", Stamps + "(noon,1)\n",
            "@timeStamps false\n@data\n1\n"),
        Of("Write all stamps of a file in one way", Stamps + "(0,1),(1970-01-02,2)\n", Stamps + "(1970-01-01,1),(1970-01-02,2)\n"),
        Of("Put the values in the order of time", Stamps + "(1,1),(0,2)\n", Stamps + "(0,2),(1,1)\n"),
        Of("merge those that have the same time", Stamps + "(0,1),(0,2)\n", Stamps + "(0,1.5)\n"),
        Of("Resample the dimensions to the same times", Stamps + "(0,1),(2,2):(0,1),(1,2)\n", Stamps + "(0,1),(1,1.5):(0,1),(1,2)\n"),
        Of("or write '@timeStamps false' and the values alone", Stamps + "(0,1),(2,2):(0,1),(1,2)\n",
            "@timeStamps false\n@data\n1,2:1,2\n"),
        new("Leave it null for the median step of the file", () => Load(Stamps + "(0,1)\n", 0), () => Load(Stamps + "(0,1)\n", null)),
        new("Write it with mlContext.Data.SaveAsText", () => Save(Tokens), () => SaveAsText(Tokens)),
        new(
            "Map it to another name first, for instance with mlContext.Transforms.Conversion.MapValue",
            () => Save(Named("two words")), () => Save(Renamed("two words"))),
        new(
            "Make it keys with mlContext.Transforms.Conversion.MapValueToKey(\"Name\")", () => Save(View(Samples.Fixed()), "Name"),
            () => Save(Conversion.MapValueToKey("Name").Fit(View(Samples.Fixed())).Transform(View(Samples.Fixed())), "Name")),
        new(
            "which a .ts file has no way to write. Drop the empty ones with mlContext.Data.FilterByCustomPredicate",
            () => Save(View(Empty), null), () => Save(Ml.Data.FilterByCustomPredicate<VariableRow>(View(Empty), Is0), null)),
        new(
            "is infinite. Replace such a label first", () => Save(View(Weights(float.PositiveInfinity)), "Weight"),
            () => Save(View(Weights(1)), "Weight")),
        new(
            "drop the row with mlContext.Data.FilterRowsByColumn(data, \"Weight\", upperBound: double.MaxValue)",
            () => Save(View(Weights(float.PositiveInfinity)), "Weight"),
            () => Save(Ml.Data.FilterRowsByColumn(View(Weights(float.PositiveInfinity)), "Weight", upperBound: double.MaxValue), "Weight")),
        new(
            "more classes than a header can name. Make the keys with mlContext.Transforms.Conversion.MapValueToKey",
            () => Save(ManyKeys), () => Save(Conversion.MapValueToKey("Label").Fit(ManyKeys).Transform(ManyKeys))),
    ];

    private const string Stamps = "@timeStamps true\n@data\n";

    private static IDataView Tokens => View(Samples.Tokens());

    private static IDataView ManyKeys
        => View([new KeyRow { Features = [1, 2], Label = 3 }], "Label", new KeyDataViewType(typeof(uint), int.MaxValue));

    private static VariableRow[] Empty => [new() { Features = [1, 2] }, new() { Features = [] }];

    private static bool Is0(VariableRow row) => row.Features.Length == 0;

    private static IDataView Named(string name)
    {
        var rows = Samples.Fixed();
        rows[0].Name = name;
        return Keyed(rows);
    }

    private static IDataView Renamed(string name)
    {
        var rows = Samples.Fixed();
        rows[0].Name = name;
        string[] names = [.. rows.Select(row => row.Name).Distinct()];
        var map = names.Select(from => KeyValuePair.Create(from, from.Replace(' ', '-')));
        return Conversion.MapValue("Label", map, "Name").Append(Conversion.MapValueToKey("Label")).Fit(View(rows)).Transform(View(rows));
    }

    private static FixedRow[] Weights(float first)
    {
        var rows = Samples.Fixed();
        rows[0].Weight = first;
        return rows;
    }

    private static void Save(IDataView data, string? label = "Label")
        => WithFile("", path => Ml.Data.SaveAsTsFile(data, path, labelColumnName: label, channels: 1));

    private static void SaveAsText(IDataView data)
        => WithFile("", path =>
        {
            using var stream = File.Create(path);
            Ml.Data.SaveAsText(data, stream);
        });

    private sealed class KeyRow
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }

    private static Situation Of(string says, string wrong, string right) => new(says, () => Load(wrong), () => Load(right));

    private static void Load(string text, double? intervalUnit = null)
        => WithFile(text, path => Ml.Data.LoadFromTsFile(path, intervalUnit).GetRowCount().Should().Be(Rows(text)));

    private static long Rows(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line[0] != '@');

    private static void WithFile(string text, Action<string> use)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
