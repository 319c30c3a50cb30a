using System.Text.RegularExpressions;

namespace Build;

/// <summary>
/// Which Microsoft.ML this tree builds with: the package, where the feeds carry it, or else its substitute in build/offline. Decided once by a trial restore
/// and remembered in build/World.props, which Directory.Build.props imports.
/// </summary>
internal static partial class World
{
    private const string Property = "UseOfflineSubstitutes";
    private static readonly string Remembered = Tree.Path("build", "World.props");

    /// <summary>Whether an argument overrides the world; if so, it now stands in the environment.</summary>
    public static bool Override(string argument)
    {
        if (OverrideArgument().Match(argument) is not { Success: true } match)
            return false;
        Environment.SetEnvironmentVariable(Property, match.Groups[1].Value);
        return true;
    }

    /// <summary>Decides, if that was not done, and says in one line which world it is, and why.</summary>
    public static void Decide(bool anew)
    {
        string given = Environment.GetEnvironmentVariable(Property) ?? "";
        if (given != "")
        {
            Say(bool.TryParse(given, out bool offline) ? offline : throw new ArgumentException($"{Property} must be true or false, not '{given}'."), $"{Property}={given} is set");
            return;
        }
        if (!anew && File.Exists(Remembered))
        {
            Say(File.ReadAllText(Remembered).Contains(">true<"), "remembered in build/World.props; ./build.sh world asks the feed anew");
            return;
        }
        string? failure = TrialRestore();
        File.WriteAllText(Remembered, $"""
            <Project>
              <!-- Written by the build driver after a trial restore; ./build.sh world asks the feed anew. -->
              <PropertyGroup>
                <{Property} Condition="'$({Property})' == ''">{(failure is null ? "false" : "true")}</{Property}>
              </PropertyGroup>
            </Project>

            """);
        Say(failure is not null, failure is null ? "the feed carries it" : $"the feed does not carry it: {failure}");
    }

    private static void Say(bool offline, string why)
        => Console.WriteLine(offline ? $"World: offline, Microsoft.ML is the substitute in build/offline ({why})." : $"World: nuget, Microsoft.ML comes from the package feed ({why}).");

    /// <summary>Restores a project that uses nothing but Microsoft.ML; <see langword="null"/> where that works, otherwise the first error.</summary>
    private static string? TrialRestore()
    {
        string folder = Tree.Path("artifacts", "trial");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, "Trial.csproj");
        File.WriteAllText(project, """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Microsoft.ML" /></ItemGroup></Project>""");
        var (exitCode, output) = Dotnet.Capture(["restore", project, $"-p:{Property}=false", "--verbosity", "quiet", "-tl:off"]);
        if (exitCode == 0)
            return null;
        return ErrorLine().Match(output) is { Success: true } error ? error.Groups[1].Value.Trim().TrimEnd('.') : $"dotnet restore ended with {exitCode}";
    }

    [GeneratedRegex("^[-/]p(?:roperty)?:" + Property + "=(true|false)$", RegexOptions.IgnoreCase)]
    private static partial Regex OverrideArgument();

    [GeneratedRegex(@"error (NU\d+: .*?)(?: No packages exist with this id in source|\[|\r?$)", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
