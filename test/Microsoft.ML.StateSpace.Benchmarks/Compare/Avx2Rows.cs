using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// The layers once more as a processor without AVX-512 would run them: in a child process whose runtime may not use it. The peers are the
/// same as ever, and use what the processor has.
/// </summary>
internal static class Avx2Rows
{
    private const string Nobody = "-"; // in the place of the peer's kernels, where it was not found

    public static void Run(LayerKind[] kinds, Report report)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            report.Say("\nThe layers were not measured with AVX2 only: all tables of this machine are without AVX-512.");
            return;
        }
        var start = Child.StartInfo(["avx2", PyTorch.CoreType ?? Nobody, .. kinds.Select(kind => kind.Name)]);
        start.Environment["DOTNET_EnableAVX512"] = "0";
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
            $"\nOurs runs with DOTNET_EnableAVX512=0: {machine.Peaks}, which is also what `of floor` means here. The peers are those of "
            + "the first table, and may use AVX-512.");
        return [];
    }
}
