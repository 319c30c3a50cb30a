using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>Runs the <c>dotnet</c> command as a user would, outside of the build that the tests are part of.</summary>
internal static class Dotnet
{
    // Servers that outlive a build would hold its output open, and these tests would wait for them.
    private static readonly string[] WithoutServers = ["-nodeReuse:false", "-p:UseSharedCompilation=false", "-nologo", "-tl:off"];

    /// <summary>Runs a command of the SDK that builds something.</summary>
    public static void Build(string folder, params string[] arguments) => Run(folder, [.. arguments, .. WithoutServers]);

    /// <summary>Runs a command or a program, which must succeed, and returns what it wrote.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What `dotnet test` set for itself must not reach the inner ones.
        string[] ofMSBuild = [.. start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in ofMSBuild)
            start.Environment.Remove(name);
        start.Environment["DOTNET_NOLOGO"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true";

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "dotnet {0} must succeed, but wrote:\n{1}\n", string.Join(' ', arguments), output);
        return output;
    }
}
