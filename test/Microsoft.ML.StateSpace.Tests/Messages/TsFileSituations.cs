using Microsoft.ML.Data;
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
    ];

    private static Situation Of(string says, string wrong, string right) => new(says, () => Load(wrong), () => Load(right));

    private static void Load(string text)
        => WithFile(text, path => Ml.Data.LoadFromTsFile(path).GetRowCount().Should().Be(Rows(text)));

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
