using System.Runtime.Intrinsics;
using System.Xml.Linq;

namespace Build;

/// <summary>Runs the test projects, as many at a time as there are processors, and adds up what they report.</summary>
internal static class Tests
{
    private static readonly string Results = Tree.Path("artifacts", "TestResults");

    /// <summary>The folders of the projects, the largest first, so that the others find room beside them.</summary>
    private static readonly string[] Projects =
        [.. Directory.EnumerateDirectories(Tree.Path("test"), "*.Tests").OrderByDescending(Size)];

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

    /// <summary>Runs all tests, or, with a processor feature switched off, the laws. A pass that ran no test has failed.</summary>
    private static Counts RunPass(string name, string? switchedOff = null)
    {
        Console.WriteLine($"== {name}{(switchedOff is null ? "" : $" ({switchedOff})")}");
        string report = Path.Combine(Results, name.Replace(' ', '-') + ".trx");
        string[] how = ["--Parallel", $"--logger:trx;LogFileName={report}", "--logger:console;verbosity=minimal"];
        string[] laws = ["--TestCaseFilter:Kind=Law", "--", $"RunConfiguration.EnvironmentVariables.{switchedOff}"];
        int exitCode = switchedOff is null ? Dotnet.Run(["vstest", .. Projects.Select(Library), .. how])
            : Dotnet.Run(["vstest", .. Projects.Where(HasLaws).Select(Library), .. how, .. laws]);
        var counts = File.Exists(report) ? Counts.Read(report) : new Counts();
        if (counts.Failed > 0 || (exitCode == 0 && counts.Passed > 0))
            return counts;
        Console.WriteLine($"== {name}: ended with {exitCode} after {counts.Passed} passed tests, which counts as a failure");
        return counts with { Failed = 1 };
    }

    private static IEnumerable<string> Sources(string project) => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories);

    private static int Size(string project) => Sources(project).Count();

    private static bool HasLaws(string project)
        => Sources(project).Any(file => File.ReadAllText(file).Contains("[Trait(\"Kind\", \"Law\")]"));

    /// <summary>What was built of a project: <c>bin/Release/FRAMEWORK/PROJECT.dll</c>.</summary>
    private static string Library(string project) => Directory.EnumerateDirectories(Path.Combine(project, "bin", "Release"))
        .Select(framework => Path.Combine(framework, Path.GetFileName(project) + ".dll")).First(File.Exists);

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
