using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Files of forecasting data that cannot be read as they are.</summary>
internal static class TsfFileSituations
{
    private const string Start = "@attribute start_timestamp date\n";

    public static IEnumerable<Situation> All =>
    [
        Of(".tsf file has a header of lines that begin with '@', the last of them '@data': write one", "a:1,2\n", Data("a:1,2\n")),
        Of("Write it before the first series", "@attribute a string\n", "@attribute a string\n@data\n"),
        Of("must be followed by a name and a type: string, numeric or date", "@attribute a\n@data\nx:1\n", Data("x:1\n")),
        Of("Write string, numeric or date", "@attribute a text\n@data\nx:1\n", Data("x:1\n")),
        Of("Give the attribute another name", "@attribute Value string\n@data\nx:1\n", Data("x:1\n")),
        Of("Write yearly, quarterly, monthly", "@frequency every year\n" + Data("x:1\n"), "@frequency yearly\n" + Data("x:1\n")),
        Of("or a number with a unit such as 10_minutes or 4_seconds", "@frequency 10 minutes\n" + Data("x:1\n"),
            "@frequency 10_minutes\n" + Data("x:1\n")),
        Of("or leave '@frequency' out", "@frequency rarely\n" + Data("x:1\n"), Data("x:1\n")),
        Of("Write '@attribute series_name string', and the name of each series", "@data\n1,2\n", Data("a:1,2\n")),
        Of("Write every attribute in front of the values", Data("1,2\n"), Data("a:1,2\n")),
        Of("with '-' in place of ':' in a time", Start + "@data\n2007-01-31 23:59:59:1\n", Start + "@data\n2007-01-31 23-59-59:1\n"),
        Of("Write dates as 2007-01-31 23-59-59", Start + "@data\n2007:1\n", Start + "@data\n2007-01-31 23-59-59:1\n"),
        Of("and '?' for a missing one", Start + "@data\nsome day:1\n", Start + "@data\n?:1\n"),
        Of("a missing one is written '?'", Data("a:1,-\n"), Data("a:1,?\n")),
        Of("Divide all values of the file by a power of ten", Data("a:1e39\n"), Data("a:1e29\n")),
        Of("Write an earlier start_timestamp", Start + "@frequency yearly\n@data\n9999-01-01 00-00-00:1,2\n",
            Start + "@frequency yearly\n@data\n1999-01-01 00-00-00:1,2\n"),
        Of("or another '@frequency'", Start + "@frequency yearly\n@data\n9999-01-01 00-00-00:1,2\n",
            Start + "@frequency daily\n@data\n9999-01-01 00-00-00:1,2\n"),
    ];

    private static string Data(string series) => "@attribute series_name string\n@data\n" + series;

    private static Situation Of(string says, string wrong, string right) => new(says, () => Load(wrong), () => Load(right)) { Of = "tsf" };

    private static void Load(string text)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Ml.Data.LoadFromTsfFile(path).Schema.Should().NotBeEmpty();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
