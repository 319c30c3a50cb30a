using System.Runtime.Intrinsics;
using System.Xml.Linq;

namespace Build;

/// <summary>Runs the test projects one after the other and adds up what they report.</summary>
internal static class Tests
{
    private static readonly string Results = Tree.Path("artifacts", "TestResults");

    public static int Run(bool once)
    {
        int built = Dotnet.Run(["build", Tree.Solution, .. Tree.Release]);
        if (built != 0)
            return built;
        if (Directory.Exists(Results))
            Directory.Delete(Results, recursive: true);
        var total = RunPass("all tests");
        if (!once)
        {
            if (Vector512.IsHardwareAccelerated)
                total += RunPass("laws with vectors of 256 bits at most", "DOTNET_EnableAVX512=0");
            if (Vector256.IsHardwareAccelerated)
                total += RunPass("laws with vectors of 128 bits at most", "DOTNET_EnableAVX2=0");
            total += RunPass("laws without vectors", "DOTNET_EnableHWIntrinsic=0");
        }
        Console.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
        return total.Failed == 0 ? 0 : 1;
    }

    /// <summary>
    /// Runs all tests, or, with a processor feature switched off, those that guard the kernels and laws. A pass that ran no test
    /// has failed.
    /// </summary>
    private static Counts RunPass(string name, string? switchedOff = null)
    {
        Console.WriteLine($"== {name}{(switchedOff is null ? "" : $" ({switchedOff})")}");
        string[] limits = switchedOff is null ? [] : ["--filter", "Kind=Law", "--environment", switchedOff];
        var counts = new Counts();
        var projects = Directory.EnumerateFiles(Tree.Path("test"), "*.Tests.csproj", SearchOption.AllDirectories);
        foreach (string project in projects.Order(StringComparer.Ordinal))
            counts += RunProject(
                project, Path.Combine(Results, name.Replace(' ', '-'), Path.GetFileNameWithoutExtension(project) + ".trx"), limits);
        if (counts.Passed + counts.Failed > 0)
            return counts;
        Console.WriteLine($"== {name}: no test ran, which counts as a failure");
        return counts with { Failed = 1 };
    }

    private static Counts RunProject(string project, string report, string[] limits)
    {
        int exitCode = Dotnet.Run(
        [
            "test", project, "--configuration", "Release", "--no-build", "--nologo",
            "--logger", $"trx;LogFileName={report}", "--logger", "console;verbosity=minimal", .. limits,
        ]);
        var counts = File.Exists(report) ? Counts.Read(report) : new Counts();
        if (exitCode == 0 || counts.Failed > 0)
            return counts;
        Console.WriteLine($"== {Path.GetFileName(project)}: dotnet test ended with {exitCode}, which counts as a failure");
        return counts with { Failed = 1 };
    }

    private readonly record struct Counts(int Passed, int Failed, int Skipped)
    {
        public static Counts operator +(Counts a, Counts b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);

        public static Counts Read(string report)
        {
            var counters = XDocument.Load(report).Descendants().First(element => element.Name.LocalName == "Counters");
            int Of(string name) => (int)counters.Attribute(name)!;
            return new Counts(Of("passed"), Of("executed") - Of("passed"), Of("total") - Of("executed"));
        }
    }
}
