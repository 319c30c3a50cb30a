// The build driver behind build.sh and build.cmd. It needs nothing but the .NET SDK.
namespace Build;

internal static class Program
{
    private const string Usage = """
        usage: ./build.sh [command] [arguments]

          build              builds everything (the default)
          run [arguments]    builds and runs samples/SequenceClassification; --train X_TRAIN.ts --test X_TEST.ts for other data
          test [--once]      builds and runs all tests, then those of the trait Kind=Law again with SIMD widths switched off, unless --once
          bench              measures against PyTorch, side by side, and writes BENCHMARKS.md; bench compare PART ... prints some parts;
                             bench --filter '*Gemm*' runs the kernels' benchmarks
          world              asks the package feed anew whether it has Microsoft.ML

        UseOfflineSubstitutes=true|false in the environment, or -p:UseOfflineSubstitutes=..., overrides what the feed says.
        """;

    private static int Main(string[] arguments)
    {
        var rest = new List<string>(arguments.Where(argument => !World.Override(argument)));
        string command = rest.Count > 0 ? rest[0] : "build";
        if (command is not ("build" or "run" or "test" or "bench" or "world"))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        rest = [.. rest.Skip(1)];
        World.Decide(anew: command == "world");
        return command switch
        {
            "build" => Dotnet.Run(["build", Tree.Solution, .. Tree.Release, .. rest]),
            "run" => RunProject("samples/SequenceClassification", rest),
            "bench" => RunProject("test/Microsoft.ML.StateSpace.Benchmarks", rest),
            "test" => Tests.Run(once: rest.Contains("--once")),
            _ => 0,
        };
    }

    private static int RunProject(string project, List<string> arguments)
    {
        int built = Dotnet.Run(["build", Tree.Path(project), .. Tree.Release]);
        return built != 0 ? built : Dotnet.Run(["run", "--project", Tree.Path(project), "--configuration", "Release", "--no-build", "--", .. arguments], workingFolder: null);
    }
}
