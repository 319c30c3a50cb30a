using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples;

/// <summary>The two sources of data, each with the columns Features (a vector of Single) and Label (text).</summary>
internal static class Datasets
{
    private const string DigitsFile = "digits.csv.gz";

    /// <summary>The digits of samples/data, read by ML.NET's text loader and split by its seeded split.</summary>
    public static (IDataView Train, IDataView Test) LoadDigits(this DataOperationsCatalog data, double testFraction, int seed)
    {
        string csv = Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(DigitsFile));
        using (var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, DigitsFile)))
        using (var unpacked = new GZipStream(packed, CompressionMode.Decompress))
        using (var file = File.Create(csv))
            unpacked.CopyTo(file);
        var split = data.TrainTestSplit(data.LoadFromTextFile<Digit>(csv, separatorChar: ','), testFraction, seed: seed);
        return (split.TrainSet, split.TestSet);
    }

    /// <summary>A file of the UCR/UEA archive.</summary>
    public static IDataView LoadClassesFromTsFile(this DataOperationsCatalog data, string path)
    {
        var mlContext = new MLContext();
        var loaded = data.LoadFromTsFile(path);
        return mlContext.Transforms.Conversion.MapKeyToValue("Label").Fit(loaded).Transform(loaded);
    }

    /// <summary>A line of digits.csv.</summary>
    private sealed class Digit
    {
        [LoadColumn(0, 63)]
        [VectorType(64)]
        public float[] Features { get; set; } = [];

        [LoadColumn(64)]
        public string Label { get; set; } = "";
    }
}
