using BenchmarkDotNet.Running;
using Microsoft.ML.StateSpace.Benchmarks.Compare;

namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>
/// Without arguments, or with <c>compare [part ...]</c>, such as <c>compare layers S4 H3</c>, it makes the comparison with the peers that
/// BENCHMARKS.md shows. Other arguments go to BenchmarkDotNet, which runs the benchmarks of the kernels: <c>--filter '*Gemm*'</c>.
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

    // This is a method of its own so that a child process, which never calls it, does not load BenchmarkDotNet.
    private static int Kernels(string[] arguments)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        return 0;
    }
}
