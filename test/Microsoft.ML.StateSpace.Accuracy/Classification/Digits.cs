using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Accuracy.Classification;

/// <summary>Handwritten digits of 8 x 8 pixels, each a sequence of 64 steps. It has no split: a random quarter is tested.</summary>
internal static class Digits
{
    private const int Steps = 64;

    public static LabelledSet At(string path) => new("digits", [path], (mlContext, seed) =>
    {
        var split = mlContext.Data.TrainTestSplit(mlContext.Data.LoadFromEnumerable(Read(path)), testFraction: 0.25, seed: seed);
        return (split.TrainSet, split.TestSet);
    });

    private static List<Row> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var rows = new List<Row>();
        while (lines.ReadLine() is string line)
        {
            string[] cells = line.Split(',');
            float[] pixels = [.. cells[..Steps].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
            rows.Add(new Row { Features = pixels, Label = cells[Steps] });
        }
        return rows;
    }

    private sealed class Row
    {
        [VectorType(Steps)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
