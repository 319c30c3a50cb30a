using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// The layers once more as a processor without AVX-512 would run them: in a child process whose runtime may not use it, nor may the peers.
/// </summary>
internal static class Avx2Rows
{
    private const string Nobody = "-"; // in the place of the peer's kernels, where it was not found
    private const string Haswell = "Haswell"; // OpenBLAS's kernels for AVX2

    public static void Run(LayerKind[] kinds, Report report)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            report.Say("\nThe layers were not measured with AVX2 only: all tables of this machine are without AVX-512.");
            return;
        }
        var start = Child.StartInfo(["avx2", PyTorch.CoreType is null ? Nobody : Haswell, .. kinds.Select(kind => kind.Name)]);
        start.Environment["DOTNET_EnableAVX512"] = "0";
        // The same for the kernels of libtorch, of its MKL and of its oneDNN, which the peers' processes inherit.
        start.Environment["ATEN_CPU_CAPABILITY"] = "avx2";
        start.Environment["MKL_ENABLE_INSTRUCTIONS"] = "AVX2";
        start.Environment["DNNL_MAX_CPU_ISA"] = "AVX2";
        Child.Relay(start, report.Say);
    }

    /// <summary>The child; it writes the table itself, and has no numbers to return.</summary>
    public static double[] Own(string coreType, string[] kinds)
    {
        if (Vector512.IsHardwareAccelerated)
            throw new InvalidOperationException("This runtime uses AVX-512 although DOTNET_EnableAVX512=0.");
        PyTorch.CoreType = coreType == Nobody ? null : coreType;
        LibTorch.Find();
        var machine = Machine.Measure();
        var report = new Report("");
        LayerRows.Run([.. kinds.Select(LayerKind.Of)], machine, report, "One layer with AVX2 only");
        report.Say(
            $"\nOurs runs with DOTNET_EnableAVX512=0: {machine.Peaks}, which is also what `of floor` means here. libtorch runs with "
            + "ATEN_CPU_CAPABILITY=avx2, MKL_ENABLE_INSTRUCTIONS=AVX2 and DNNL_MAX_CPU_ISA=AVX2; Debian's PyTorch is built for AVX2 and "
            + "runs with OPENBLAS_CORETYPE=Haswell.");
        return [];
    }
}
