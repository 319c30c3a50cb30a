using System.Diagnostics;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>The small application in test/Microsoft.ML.StateSpace.StartUp, published in one of two ways.</summary>
internal sealed class StartApplication
{
    private const string Name = "Microsoft.ML.StateSpace.StartUp";
    private readonly string _program;

    private StartApplication(string program) => _program = program;

    /// <param name="way">The name of the folder it goes to.</param>
    /// <param name="arguments">What <c>dotnet publish</c> gets beside the usual.</param>
    /// <param name="missing">The first error, where it could not be published.</param>
    public static StartApplication? Publish(string way, string[] arguments, out string missing)
    {
        string folder = Repository.Path("artifacts", "start", way);
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", Repository.Path("test",
                    Name), "--configuration", "Release", "--use-current-runtime", "--self-contained", "false",
                "--output", folder, "-tl:off", "--verbosity", "quiet", .. arguments,
            ])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string? error = Array.Find(output.Split('\n'), line => line.Contains(": error "));
        missing = error?.Split(": error ")[1].Split(" [")[0].Trim() ?? $"dotnet publish ended with {process.ExitCode}";
        string program = OperatingSystem.IsWindows() ? Name + ".exe" : Name;
        return process.ExitCode == 0 ? new StartApplication(Path.Combine(folder, program)) : null;
    }

    /// <summary>Starts it once; milliseconds of load and first prediction, and of the process until then.</summary>
    public double[] Start(string zip, int length) => Child.Start(new ProcessStartInfo(_program, [zip, $"{length}"]));
}
