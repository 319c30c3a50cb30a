using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Face;

/// <summary>Two series, and whether they are of one kind.</summary>
public sealed class PairRow
{
    public float[] Features { get; set; } = [];

    public float[] Second { get; set; } = [];

    public string Name { get; set; } = "";

    /// <summary>Pairs of series of different lengths.</summary>
    public static PairRow[] Some
    {
        get
        {
            var rows = Samples.Fixed();
            return [.. rows.Select((row, i) => new PairRow
            {
                Features = row.Features, Second = rows[(i * 5 + 1) % rows.Length].Features[..(5 + i % 7)],
                Name = row.Name == rows[(i * 5 + 1) % rows.Length].Name ? "same" : "other",
            })];
        }
    }
}
