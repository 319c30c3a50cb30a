using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Programs;

/// <summary>The samples that are a single file, which <c>dotnet run</c> builds: they run, and refuse what they do not understand.</summary>
public sealed class FileSampleTests : IDisposable
{
    private static readonly string Configuration
        = typeof(FileSampleTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    // Once for all tests; the projects that it refers to are built with these tests, which may be using their outputs.
    private static readonly Lazy<string> Built = new(() =>
    {
        string file = Repository.Path("samples", "TensorBoard.cs");
        var (exitCode, output, error) = Dotnet("build", file, "-c", Configuration, "-p:BuildProjectReferences=false", "-nologo", "-v", "q");
        exitCode.Should().Be(0, "it builds, but: {0}", output + error);
        return file;
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("state-space-samples-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_AreThoseThatAreTested()
        => Directory.EnumerateFiles(Repository.Path("samples"), "*.cs").Select(Path.GetFileName).Should().Equal("TensorBoard.cs");

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--epochs", "0")]
    [InlineData("--folder")]
    public void TensorBoard_RefusesWhatItDoesNotUnderstand(params string[] args)
    {
        var (exitCode, output, error) = Run(args);

        exitCode.Should().Be(2);
        error.Should().Contain("is not understood").And.Contain("usage: TensorBoard");
        output.Should().BeEmpty();
    }

    [Fact]
    public void TensorBoard_WritesARunANetwork()
    {
        var (exitCode, output, error) = Run("--folder", _folder, "--epochs", "1");

        exitCode.Should().Be(0, error);
        output.Should().Contain("S5: test accuracy").And.Contain("Lru: test accuracy").And.Contain("statespace.scoring.sequences");
        foreach (string run in new[] { "S5", "Lru" })
            Directory.GetFiles(Path.Combine(_folder, run), "events.out.tfevents.*").Should().ContainSingle();
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] args)
        => Dotnet(["run", "--no-build", "-c", Configuration, Built.Value, "--", .. args]);

    private static (int ExitCode, string Output, string Error) Dotnet(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", args)
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        // What `dotnet test` set for itself must not reach the inner build, and no server of it may hold the output open.
        string[] inherited = [.. start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in inherited)
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
