using System.Globalization;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// The header of a <c>.ts</c> file: the lines that begin with <c>@</c>, up to <c>@data</c>. Names and flags are case-insensitive. Unknown
/// names are ignored, except for those of other formats that would then be misread.
/// </summary>
internal sealed class TsHeader
{
    /// <summary>Whether values are written as <c>(stamp,value)</c>.</summary>
    public bool TimeStamps { get; private set; }

    /// <summary>Whether all series have the same length. <see langword="null"/> if the file does not say.</summary>
    public bool? EqualLength { get; private set; }

    /// <summary>Number of time steps of a series, at least 1. <see langword="null"/> if the file does not say.</summary>
    public int? SeriesLength { get; private set; }

    /// <summary>Number of channels, at least 1. <see langword="null"/> if the file does not say.</summary>
    public int? Dimensions { get; private set; }

    /// <summary>
    /// The classes in an order that does not depend on that of the header, so that files with the same classes have the same keys: by value
    /// if all are numbers, otherwise as ordinal text. <see langword="null"/> if series have no class.
    /// </summary>
    public string[]? Classes { get; private set; }

    /// <summary>The key of each class, which counts from 1.</summary>
    public Dictionary<string, uint> Keys { get; } = [];

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
                ReadClasses(words[2..], at);
                break;
            case "@targetlabel":
                HasTarget = Flag(words, at);
                break;
            case "@relation" or "@attribute":
                throw at.Error(
                    $"'{words[0]}' belongs to the ARFF format, which is not read. timeseriesclassification.com has every data set as a .ts "
                    + "file, too: download that one, or write the header of a .ts file, whose lines are @classLabel and its like, in place "
                    + "of this one");
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

    // Writers give 0 or -1 where they do not know the number.
    private static int? Number(string[] words, TsLine at)
        => words.Length > 1 && int.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number > 0 ? number : null
            : throw at.Error($"'{words[0]}' must be followed by a whole number, or by -1 where it is not known");

    private void ReadClasses(string[] classes, TsLine at)
    {
        if (classes.Length == 0)
            throw at.Error("'@classLabel true' must be followed by the names of all classes, so that a class has a key");
        Classes = Ordered(classes);
        Keys.Clear();
        for (int i = 0; i < Classes.Length; i++)
        {
            if (!Keys.TryAdd(Classes[i], (uint)i + 1))
                throw at.Error($"'@classLabel' names the class '{Classes[i]}' twice");
        }
    }

    private static string[] Ordered(string[] classes)
    {
        var numbers = new double[classes.Length];
        bool allNumbers = true;
        for (int i = 0; i < classes.Length && allNumbers; i++)
            allNumbers = double.TryParse(classes[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                && double.IsFinite(numbers[i]);
        return allNumbers
            ? [.. classes.Zip(numbers).OrderBy(c => c.Second).ThenBy(c => c.First, StringComparer.Ordinal).Select(c => c.First)]
            : [.. classes.Order(StringComparer.Ordinal)];
    }
}
