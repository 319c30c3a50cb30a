using System.Diagnostics;

namespace Build;

/// <summary>Runs the <c>dotnet</c> command that runs this program.</summary>
internal static class Dotnet
{
    private static readonly string Command = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs it with its output going where this program's goes.</summary>
    public static int Run(IEnumerable<string> arguments) => Run(arguments, Tree.Path());

    /// <summary>Runs it in a folder; <see langword="null"/> is the folder that the user is in.</summary>
    public static int Run(IEnumerable<string> arguments, string? folder)
    {
        var start = new ProcessStartInfo(Command, arguments) { WorkingDirectory = folder ?? "" };
        // What the outer `dotnet run` set for itself must not reach the inner ones.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment["DOTNET_NOLOGO"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Command} could not be started.");
        process.WaitForExit();
        return process.ExitCode;
    }
}
