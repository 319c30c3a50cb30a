using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>One layer, training step and forward pass, against the fastest of all peers and all their formulations.</summary>
internal static class LayerRows
{
    private const int Rounds = 9;

    public static void Run(LayerKind[] kinds, Machine machine, Report report, string title)
    {
        var table = report.Table(title, "layer", "pass", "ours ms", "peer ms", "peer's form", "ratio", "of floor", "libtorch ms");
        foreach (var kind in kinds)
        {
            LayerCheck.AgainstOracle(kind, Create);
            foreach (var (batch, length, size) in kind.Shapes)
                Measure(new LayerCase(kind, batch, length, size), machine, table);
        }
    }

    public static ILayerRunner Create(LayerCase layerCase)
        => layerCase.Batch == 1 && ProgramBuilder.Of(layerCase.Layer).CanBeCut
            ? new PiecedLayerRunner(layerCase, Machine.Threads)
            : new ShardedLayerRunner(layerCase, Machine.Threads);

    private static void Measure(LayerCase layerCase, Machine machine, Table table)
    {
        using var runner = Create(layerCase);
        using var pyTorch = PyTorch.IsFound ? new LayerPeer(PyTorch.Start(), layerCase) : null;
        using var libTorch = LibTorch.IsFound ? new LayerPeer(LibTorch.Start(), layerCase) : null;
        LayerPeer[] peers = [.. new[] { pyTorch, libTorch }.OfType<LayerPeer>()];
        foreach (bool train in (bool[])[true, false])
        {
            Action own = train ? runner.Train : runner.Forward;
            Turns.Warm(own);
            (LayerPeer Peer, string Form)[] best = [.. peers.Select(peer => (peer, peer.Best(train, runner)))];
            double[] medians = Turns.Medians(
                Rounds,
                [
                    () => Turns.Again(() => Turns.Milliseconds(own)),
                    .. best.Select(one => (Func<double>)(() => Turns.Again(() => one.Peer.Milliseconds(one.Form, train)))),
                ]);
            int fastest = Enumerable.Range(0, best.Length).OrderBy(i => medians[i + 1]).FirstOrDefault(-1);
            var (time, form) = fastest < 0 ? (double.NaN, "") : (medians[fastest + 1], best[fastest].Form);
            table.Row(
                layerCase, train ? "train" : "forward", Table.Number(medians[0]), Table.Number(time), form,
                Table.Number(time / medians[0]), Table.Percent(machine.Floor(layerCase.Least(train)) / medians[0]),
                Table.Number(libTorch is null ? double.NaN : medians[^1]));
        }
    }
}
