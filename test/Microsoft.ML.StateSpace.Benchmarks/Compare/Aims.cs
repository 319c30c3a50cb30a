namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What was aimed at, beside what the tables show.</summary>
internal static class Aims
{
    private static readonly (string Rows, string Aim, string WhyShort)[] All =
    [
        ("S5, LRU", "train 4, forward 3; 2 at H = 256",
            "they take little more than their floor, and the peer itself only two to three floors, at H = 256 "
            + "1.3: no larger ratio is left"),
        ("S4D", "train 6, forward 4",
            "tables of powers and states go through the second-level cache, of long sequences through memory; "
            + "libtorch's FFT is faster than was expected"),
        ("S6, Mamba block", "train 15, forward 10",
            "one long sequence reads its rows by columns, and its gradient goes over the states twice, in pieces; in the block, "
            + "products and convolution cost both sides alike"),
        ("classifier", "train 4, forward 4", "it runs at four fifths of its floor and more"),
        ("streaming", "50", "the products alone take more than a fiftieth of the peer's time"),
        ("memory", "a quarter of the peer's",
            "S5 at H = 256 keeps what its products need; the Mamba block of one sequence, in pieces, keeps all "
            + "between its layers"),
        ("first prediction", "150 ms", "compiling; ML.NET with a model that copies a column takes more than half of it"),
    ];

    public static string Text { get; } = $"""

        ## What was aimed at, and what stands against it

        | rows | aim, as a ratio | where a row falls short |
        | --- | --- | --- |
        {string.Join('\n', All.Select(aim => $"| {aim.Rows} | {aim.Aim} | {aim.WhyShort} |"))}

        More in docs/performance.md.
        """;
}
