namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Peak memory of training steps of one layer, runtime included, each in a process of its own.</summary>
internal static class MemoryRows
{
    private const int Steps = 3;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table("Peak memory of a process that trains one layer (resident set, runtime included)", "layer", "ours MiB", "peer MiB", "peer's form", "ours / peer");
        foreach (var (batch, length, size) in ((int, int, int)[])[(16, 1024, 64), (1, 16384, 64), (8, 1024, 256)])
        {
            double own = Child.Run("layer", "S5", $"{batch}", $"{length}", $"{size}")[0], best = double.NaN;
            string form = "";
            foreach (string variant in (string[])(hasPeer ? ["sqf", "oef", "sq"] : []))
            {
                using var peer = LayerPeer.Start(new LayerCase("S5", batch, length, size));
                for (int step = 0; step < Steps; step++)
                    peer.Milliseconds(variant, train: true);
                double memory = peer.Memory();
                if (!(memory >= best))
                    (best, form) = (memory, variant);
            }
            table.Row($"S5 layer H = N = {size}, {batch} x {length}", Table.Number(own), Table.Number(best), form, Table.Percent(own / best));
        }
    }

    public static double[] OwnLayer(string kind, int batch, int length, int size)
    {
        using var runner = LayerRows.Create(new LayerCase(kind, batch, length, size));
        for (int step = 0; step < Steps; step++)
            runner.Train();
        return [Child.PeakMemory()];
    }
}
