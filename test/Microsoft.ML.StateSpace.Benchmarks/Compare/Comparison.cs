using System.Globalization;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>All rows of BENCHMARKS.md in one run, ours and the peers' in turns.</summary>
internal static class Comparison
{
    private const string Head = """
        # Benchmarks

        Written by `./build.sh bench`: one run, ours and the peers' in turns, medians. Results are checked first, ours against a naive
        oracle in double and the peers' against ours. There are two peers of a layer, and the fastest form of both counts: our own
        PyTorch implementations in `test/Microsoft.ML.StateSpace.Benchmarks/peers` (loop, odd-even and square scans, FFT, chunks, Cauchy
        sums, each also with a hand-written backward, suffix `f`), and `libtorch`, the layer of our TorchSharp engine on the libtorch of
        the package TorchSharp-cpu, whose time the last column has. ONNX Runtime is the peer of scoring, in a table of its own; PyTorch
        that of all else. A block's row is the branch around its core, without norm and residual; Mamba's core has 2 H channels. Debian's
        PyTorch is built for AVX2 and without MKL, libtorch has both AVX-512 and MKL: strong packages, not an upper bound. Each peer is a
        process with as many threads as ours. `ratio` is the peer's time over ours. `of floor` is the time of a row's matrix products at
        the sgemm speed measured in this run plus that of its bytes at the copy bandwidth, over our time.


        """;

    private const string Streams = "## Many streams of one model"; // by hand, from test/Microsoft.ML.StateSpace.StreamBenchmarks

    private const string Sweeps = "## What a sweep is worth"; // samples/AutoMLSweep writes this part

    /// <param name="parts">
    /// The parts to run, such as <c>layers</c>. Names of layers, such as <c>S5</c>, limit the layers to those. Without any part all are
    /// run, and BENCHMARKS.md is written.
    /// </param>
    public static int Run(string[] parts)
    {
        LayerKind[] named = [.. LayerKind.All.Where(kind => parts.Contains(kind.Name))], kinds = named is [] ? LayerKind.All : named;
        Part[] known =
        [
            new("layers", true, (machine, _, report) => LayerRows.Run(kinds, machine, report, "One layer")),
            new("avx2", true, (_, _, report) => Avx2Rows.Run(kinds, report)),
            new("classifier", true, ClassifierRows.Run),
            new("streaming", true, StreamingRows.Run),
            new("memory", true, MemoryRows.Run),
            new("stream", false, StreamRows.Run),
            new("gemm", false, GemmRows.Run),
            new("length", false, LengthRows.Run),
            new("growth", false, GrowthRows.Run),
            new("tables", false, WindowRows.Run),
            new("backtest", false, BacktestRows.Run),
            new("start", false, StartRows.Run),
            new("engines", false, TorchRows.Run),
            new("onnx", false, OnnxRows.Run),
        ];
        if (parts.FirstOrDefault(part => known.All(one => one.Name != part) && named.All(kind => kind.Name != part)) is string unknown)
        {
            string names = string.Join(", ", known.Select(part => part.Name));
            string layers = string.Join(", ", LayerKind.All.Select(kind => kind.Name));
            Console.Error.WriteLine($"There is no part '{unknown}'; there are {names}, and of the layers {layers}.");
            return 2;
        }
        Part[] asked = parts is [] ? known : [.. known.Where(part => parts.Contains(part.Name))];
        bool needsPeers = asked.Any(part => part.NeedsPeers), hasPeer = needsPeers && PyTorch.Find();
        if (needsPeers)
            LibTorch.Find();
        var machine = Machine.Measure();
        var report = new Report(Head);
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        report.Say($"Machine: {machine.Line}. {date}.\n");
        if (needsPeers)
            report.Say($"Peers: {(hasPeer ? PyTorch.Line : "no PyTorch")}; {LibTorch.Line}.");
        foreach (var part in asked)
            part.Run(machine, hasPeer, report);
        if (parts.Length > 0)
            return 0;
        report.Say(Aims.Text);
        report.Save(Repository.Path("BENCHMARKS.md"), Streams, Sweeps, BenchmarksFile.Begin);
        return 0;
    }

    // A table, and whether PyTorch and libtorch are looked for.
    private sealed record Part(string Name, bool NeedsPeers, Action<Machine, bool, Report> Run);
}
