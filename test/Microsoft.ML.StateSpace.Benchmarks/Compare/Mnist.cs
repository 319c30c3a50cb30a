using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Handwritten digits, each a sequence of 784 steps of one channel. They are read from the IDX files in the folder <c>mnist</c>, which
/// lies in the folder that STATESPACE_DATA names.
/// </summary>
internal static class Mnist
{
    public const int Steps = 784;

    /// <summary>The folder; <see langword="null"/> where there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The first digits of the training set, in [0, 1].</summary>
    public static List<Digit> Read(int count)
    {
        using var images = Open("train-images-idx3-ubyte.gz", header: 16);
        using var labels = Open("train-labels-idx1-ubyte.gz", header: 8);
        var digits = new List<Digit>(count);
        var pixels = new byte[Steps];
        for (int i = 0; i < count; i++)
        {
            images.ReadExactly(pixels);
            digits.Add(new Digit { Features = Array.ConvertAll(pixels, pixel => pixel / 255f), Label = labels.ReadByte() });
        }
        return digits;
    }

    private static GZipStream Open(string name, int header)
    {
        var stream = new GZipStream(File.OpenRead(Path.Combine(Folder!, name)), CompressionMode.Decompress);
        stream.ReadExactly(new byte[header]);
        return stream;
    }

    private static string? Find()
    {
        const string beside = "shared/data";
        string? root = Environment.GetEnvironmentVariable("STATESPACE_DATA") is { Length: > 0 } named ? named
            : Repository.Above(beside) is string above ? Path.Combine(above, beside) : null;
        return root is not null && Directory.Exists(Path.Combine(root, "mnist")) ? Path.Combine(root, "mnist") : null;
    }

    /// <summary>A row.</summary>
    internal sealed class Digit
    {
        [VectorType(Steps)]
        public float[] Features { get; set; } = [];

        public int Label { get; set; }
    }
}
