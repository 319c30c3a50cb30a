// The build driver behind build.sh and build.cmd. It needs nothing but the .NET SDK.
namespace Build;

internal static class Program
{
    private const string Usage = """
        usage: ./build.sh [command] [arguments]

          build              builds everything (the default)
          run [arguments]    builds and runs samples/SequenceClassification; --train X_TRAIN.ts --test X_TEST.ts for other data
          test [--once]      builds and runs all tests, then those of the trait Kind=Law again with SIMD widths switched off, unless --once
          bench              measures against the peers, side by side, and writes BENCHMARKS.md; bench compare PART ... prints some parts;
                             bench --filter '*Gemm*' runs the kernels' benchmarks; bench streams [--streams N] [--seconds S] measures
                             engines, batches and grains of Orleans; bench silos [PART ...] silos in processes of their own
          accuracy [part ...] [set ...] [--seeds N] [--restart]
                             trains every data set with the defaults and writes what they reach into BENCHMARKS.md, goes on where it was
                             interrupted; what sets reach that are given by name is only printed
          pack               builds everything and writes the NuGet packages to the folder packages, which NuGet.config names as a source
          gpu-check [publish] [arguments]
                             publishes artifacts/gpu-check, which needs nothing but a libtorch, and, without "publish", runs it: docs/gpu.md
        """;

    private static int Main(string[] arguments)
    {
        string command = arguments.Length > 0 ? arguments[0] : "build";
        string[] rest = [.. arguments.Skip(1)];
        return command switch
        {
            "build" => Dotnet.Run(["build", Tree.Solution, .. Tree.Release, .. rest]),
            "run" => RunProject("samples/SequenceClassification", rest),
            "test" => Tests.Run(once: rest.Contains("--once")),
            "bench" when rest is ["streams", ..] => RunProject("test/Microsoft.ML.StateSpace.StreamBenchmarks", rest[1..]),
            "bench" when rest is ["silos", ..] => RunProject("test/Microsoft.ML.StateSpace.Orleans.Silo", rest),
            "bench" => RunProject("test/Microsoft.ML.StateSpace.Benchmarks", rest),
            "accuracy" => RunProject("test/Microsoft.ML.StateSpace.Accuracy", rest),
            "pack" => Pack(),
            "gpu-check" => GpuCheck.Run(rest),
            _ => Refuse(),
        };
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int RunProject(string project, string[] arguments)
    {
        string path = Tree.Path(project);
        int built = Dotnet.Run(["build", path, .. Tree.Release]);
        return built != 0 ? built
            : Dotnet.Run(["run", "--project", path, "--configuration", "Release", "--no-build", "--", .. arguments], folder: null);
    }

    private static int Pack()
    {
        int built = Dotnet.Run(["build", Tree.Solution, .. Tree.Release]);
        string[] properties = ["-p:Configuration=Release", $"-p:PackageOutputPath={Tree.Path("packages")}"];
        string[] pack = ["msbuild", Tree.Path("build", "Packages.proj"), "-nologo", "-tl:off", "-verbosity:minimal", .. properties];
        return built != 0 ? built : Dotnet.Run(pack);
    }
}
