namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Peak memory of training steps of one layer, runtime included, each in a process of its own.</summary>
internal static class MemoryRows
{
    private const int Steps = 3;
    private static readonly string[] DiagonalForms = ["sqf", "oef", "sq"], SelectiveForms = ["sqf", "ckf"];

    private static readonly (string Kind, int Batch, int Length, int Size, string[] Forms)[] Cases =
    [
        ("S5", 16, 1024, 64, DiagonalForms), ("S5", 1, 16384, 64, DiagonalForms), ("S5", 8, 1024, 256, DiagonalForms),
        ("S6", 16, 1024, 128, SelectiveForms), ("S6", 1, 16384, 128, SelectiveForms),
        ("Mamba", 16, 1024, 64, SelectiveForms), ("Mamba", 1, 16384, 64, SelectiveForms),
    ];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "Peak memory of a process that trains one layer (resident set, runtime included)",
            "layer", "ours MiB", "peer MiB", "peer's form", "ours / peer");
        foreach (var (name, batch, length, size, forms) in Cases)
        {
            double own = Child.Run("layer", name, $"{batch}", $"{length}", $"{size}")[0], best = double.NaN;
            string form = "";
            foreach (string variant in (string[])(hasPeer ? forms : []))
            {
                using var peer = new LayerPeer(PyTorch.Start(), new LayerCase(LayerKind.Of(name), batch, length, size));
                for (int step = 0; step < Steps; step++)
                    peer.Milliseconds(variant, train: true);
                double memory = peer.Memory();
                if (!(memory >= best))
                    (best, form) = (memory, variant);
            }
            table.Row(
                new LayerCase(LayerKind.Of(name), batch, length, size), Table.Number(own), Table.Number(best), form,
                Table.Percent(own / best));
        }
    }

    public static double[] OwnLayer(string kind, int batch, int length, int size)
    {
        using var runner = LayerRows.Create(new LayerCase(LayerKind.Of(kind), batch, length, size));
        for (int step = 0; step < Steps; step++)
            runner.Train();
        return [Child.PeakMemory()];
    }
}
