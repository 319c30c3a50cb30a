using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>One layer, training step and forward pass, against the best of the peer's formulations.</summary>
internal static class LayerRows
{
    public static void Run(LayerKind[] kinds, Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table("One layer", "layer", "pass", "ours ms", "peer ms", "peer's form", "ratio", "of floor");
        foreach (var kind in kinds)
        {
            LayerCheck.AgainstOracle(kind, Create);
            foreach (var (batch, length, size) in kind.Shapes)
                Measure(new LayerCase(kind, batch, length, size), machine, hasPeer, table);
        }
    }

    public static ILayerRunner Create(LayerCase layerCase)
        => layerCase.Batch == 1 && layerCase.Layer is ScanLayer { CanBeCut: true }
            ? new PiecedLayerRunner(layerCase, Machine.Threads)
            : new ShardedLayerRunner(layerCase, Machine.Threads);

    private static void Measure(LayerCase layerCase, Machine machine, bool hasPeer, Table table)
    {
        using var runner = Create(layerCase);
        using var peer = hasPeer ? LayerPeer.Start(layerCase) : null;
        foreach (bool train in (bool[])[true, false])
        {
            Action own = train ? runner.Train : runner.Forward;
            Turns.Warm(own);
            string? variant = peer?.Best(train, runner);
            double[] medians = peer is null
                ? [Turns.Medians(9, () => Turns.Again(() => Turns.Milliseconds(own)))[0], double.NaN]
                : Turns.Medians(
                    9, () => Turns.Again(() => Turns.Milliseconds(own)), () => Turns.Again(() => peer.Milliseconds(variant!, train)));
            double floor = machine.Floor(layerCase.Least(train));
            table.Row(
                layerCase, train ? "train" : "forward", Table.Number(medians[0]), Table.Number(medians[1]), variant ?? "",
                Table.Number(medians[1] / medians[0]), Table.Percent(floor / medians[0]));
        }
    }
}
