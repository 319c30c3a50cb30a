namespace Microsoft.ML.StateSpace.Accuracy.Classification;

/// <summary>Sequences with a class each: the columns Features and Label, whose labels are text.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="Files">The files that it is read from.</param>
/// <param name="Load">Reads the training rows and the test rows; the seed splits those sets that have no split of their own.</param>
internal sealed record LabelledSet(string Name, IReadOnlyList<string> Files, Func<MLContext, int, (IDataView Train, IDataView Test)> Load)
{
    /// <summary>A set of the UCR/UEA archive with its own split: the files NAME..._TRAIN.ts and NAME..._TEST.ts of a folder.</summary>
    public static LabelledSet OfTsFiles(string name, string folder)
    {
        // Some names carry a suffix of the archive for padded or repaired versions.
        string Find(string part) => Directory.EnumerateFiles(folder, $"{name}*_{part}.ts").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException($"There is no file {name}..._{part}.ts in {folder}.");
        string train = Find("TRAIN"), test = Find("TEST");
        return new(name, [train, test], (mlContext, _) => (Read(mlContext, train), Read(mlContext, test)));
    }

    // Headers of the two files may name different classes, so their keys become text, of which the pipeline makes its own keys.
    private static IDataView Read(MLContext mlContext, string path)
    {
        var rows = mlContext.Data.LoadFromTsFile(path);
        return mlContext.Transforms.Conversion.MapKeyToValue("Label").Fit(rows).Transform(rows);
    }
}
