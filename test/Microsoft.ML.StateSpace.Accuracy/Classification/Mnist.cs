using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Accuracy.Classification;

/// <summary>Handwritten digits of 28 x 28 pixels, each a sequence of 784 steps: 60,000 to learn from, 10,000 to test.</summary>
internal static class Mnist
{
    private const int Steps = 784;

    public static LabelledSet In(string folder)
    {
        string[] files = [.. new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" }
            .Select(name => Path.Combine(folder, name + "-ubyte.gz"))];
        return new("mnist", files, (mlContext, _) => (
            mlContext.Data.LoadFromEnumerable(Read(files[0], files[1])), mlContext.Data.LoadFromEnumerable(Read(files[2], files[3]))));
    }

    // IDX files: a number that tells the type, then the number of items, big-endian; images have rows and columns behind.
    private static List<Row> Read(string imageFile, string labelFile)
    {
        using var images = new GZipStream(File.OpenRead(imageFile), CompressionMode.Decompress);
        using var labels = new GZipStream(File.OpenRead(labelFile), CompressionMode.Decompress);
        byte[] header = new byte[16], pixels = new byte[Steps];
        labels.ReadExactly(header, 0, 8);
        images.ReadExactly(header);
        int count = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        var rows = new List<Row>(count);
        for (int i = 0; i < count; i++)
        {
            images.ReadExactly(pixels);
            rows.Add(new Row
            {
                Features = Array.ConvertAll(pixels, pixel => pixel / 255f),
                Label = labels.ReadByte().ToString(CultureInfo.InvariantCulture),
            });
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
