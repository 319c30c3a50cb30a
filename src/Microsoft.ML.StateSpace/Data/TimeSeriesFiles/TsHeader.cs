namespace Microsoft.ML.StateSpace.Data.TimeSeriesFiles;

/// <summary>
/// The header of a <c>.ts</c> file: the lines that begin with <c>@</c>, up to <c>@data</c>. Names and flags are case-insensitive. Unknown
/// names are ignored.
/// </summary>
internal sealed class TsHeader
{
    /// <summary>Whether values are written as <c>(stamp,value)</c>.</summary>
    public bool TimeStamps { get; private set; }

    /// <summary>Whether all series have the same length. <see langword="null"/> if the file does not say.</summary>
    public bool? EqualLength { get; private set; }

    /// <summary>Number of time steps of a series. <see langword="null"/> if the file does not say.</summary>
    public int? SeriesLength { get; private set; }

    /// <summary>Number of channels. <see langword="null"/> if the file does not say.</summary>
    public int? Dimensions { get; private set; }

    /// <summary>The classes, in the order of the file. <see langword="null"/> if series have no class.</summary>
    public string[]? Classes { get; private set; }

    /// <summary>Whether each series ends with a number to predict.</summary>
    public bool HasTarget { get; private set; }

    /// <summary>Reads one line of the header. Returns <see langword="true"/> at <c>@data</c>.</summary>
    public bool Read(string line, TsLine at)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        switch (words[0].ToLowerInvariant())
        {
            case "@timestamps":
                TimeStamps = Flag(words, at);
                break;
            case "@univariate":
                Dimensions = Flag(words, at) ? 1 : Dimensions;
                break;
            case "@dimension" or "@dimensions":
                Dimensions = Number(words, at);
                break;
            case "@equallength":
                EqualLength = Flag(words, at);
                break;
            case "@serieslength":
                SeriesLength = Number(words, at);
                break;
            case "@classlabel" when Flag(words, at):
                Classes = words.Length > 2
                    ? words[2..]
                    : throw at.Error(
                        "'@classLabel true' must be followed by the classes, so that the keys of a training and a test file agree");
                if (Classes.Distinct().Count() != Classes.Length)
                    throw at.Error("'@classLabel' names a class twice");
                break;
            case "@targetlabel":
                HasTarget = Flag(words, at);
                break;
            case "@data":
                return Classes is null || !HasTarget
                    ? true
                    : throw at.Error("the header announces a class label and a numeric target; a series has one of them");
        }
        return false;
    }

    private static bool Flag(string[] words, TsLine at)
        => words.Length > 1 && bool.TryParse(words[1], out bool flag)
            ? flag
            : throw at.Error($"'{words[0]}' must be followed by true or false");

    private static int Number(string[] words, TsLine at)
        => words.Length > 1 && int.TryParse(words[1], out int number) && number > 0
            ? number
            : throw at.Error($"'{words[0]}' must be followed by a positive number");
}
