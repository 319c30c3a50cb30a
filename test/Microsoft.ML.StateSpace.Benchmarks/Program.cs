using BenchmarkDotNet.Running;
using Microsoft.ML.StateSpace.Benchmarks.Compare;

namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>
/// Without arguments, or with <c>compare [part ...]</c>, such as <c>compare layers S4 H3</c>: the comparison with PyTorch that
/// BENCHMARKS.md shows. With other arguments: the kernels in BenchmarkDotNet, such as <c>dotnet run -c Release --project
/// test/Microsoft.ML.StateSpace.Benchmarks -- --filter '*Gemm*'</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments switch
    {
        [] => Comparison.Run([]),
        ["compare", .. var parts] => Comparison.Run(parts),
        [Child.Command, .. var rest] => Child.Serve(rest),
        _ => Kernels(arguments),
    };

    // A method of its own: a child process must not load BenchmarkDotNet.
    private static int Kernels(string[] arguments)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        return 0;
    }
}
