using System.Text.RegularExpressions;

namespace Build;

/// <summary>
/// Which packages this tree builds with: those of the feed, or, for each that the feed does not carry, its substitute in build/offline. Decided once by trial restores
/// and remembered in build/World.props, which Directory.Build.props imports.
/// </summary>
internal static partial class World
{
    private const string Property = "UseOfflineSubstitutes";
    private const string Named = "OfflineSubstitutes";
    private const string Foundation = "Microsoft.ML"; // what all the others stand on
    private static readonly string Remembered = Tree.Path("build", "World.props");

    /// <summary>The packages that have a substitute.</summary>
    private static readonly string[] Packages =
        [.. Directory.EnumerateDirectories(Tree.Path("build", "offline")).Select(f => Path.GetFileName(f)!).OrderBy(id => id != Foundation).ThenBy(id => id, StringComparer.Ordinal)];

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
            bool offline = bool.TryParse(given, out bool value) ? value : throw new ArgumentException($"{Property} must be true or false, not '{given}'.");
            Say(offline ? Packages : [], $"{Property}={given} is set");
            return;
        }
        string text = File.Exists(Remembered) ? File.ReadAllText(Remembered) : "";
        if (!anew && text.Contains(Named)) // an older tree's memory knows nothing of single packages
        {
            Say(text.Contains(">true<") ? Packages : [.. Packages.Where(id => NamedIds().Match(text).Groups[1].Value.Split(';').Contains(id))],
                "remembered in build/World.props; ./build.sh world asks the feed anew");
            return;
        }
        var (missing, why) = AskTheFeed();
        bool all = missing.Count == Packages.Length;
        File.WriteAllText(Remembered, $"""
            <Project>
              <!-- Written by the build driver after trial restores; ./build.sh world asks the feed anew. -->
              <PropertyGroup>
                <{Named} Condition="'$({Property})' == '' and '$({Named})' == ''">{(all ? "" : string.Join(';', missing))}</{Named}>
                <{Property} Condition="'$({Property})' == ''">{(all ? "true" : "false")}</{Property}>
              </PropertyGroup>
            </Project>

            """);
        Say(missing, why);
    }

    private static void Say(IReadOnlyCollection<string> substituted, string why)
    {
        string ids = string.Join(" and ", substituted), where = $"the substitute in build/offline ({why})";
        Console.WriteLine(substituted.Count == Packages.Length ? $"World: offline, in place of {ids} stands {where}."
            : substituted.Count > 0 ? $"World: nuget, but in place of {ids} stands {where}." : $"World: nuget, all packages come from the feed ({why}).");
    }

    /// <summary>The packages that the feed does not carry, and the first error. Without the foundation there is none of the others.</summary>
    private static (IReadOnlyCollection<string> Missing, string Why) AskTheFeed()
    {
        var missing = new List<string>();
        string why = "the feed carries them";
        foreach (var together in Packages.GroupBy(id => id.Split('-')[0])) // a package and its native libraries
        {
            if (TrialRestore([.. together]) is not string failure)
                continue;
            if (missing.Count == 0)
                why = $"the feed: {failure}";
            if (together.Key == Foundation)
                return (Packages, why);
            missing.AddRange(together);
        }
        return (missing, why);
    }

    /// <summary>Restores a project that uses nothing but these packages; <see langword="null"/> where that works, otherwise the first error.</summary>
    private static string? TrialRestore(string[] ids)
    {
        string folder = Tree.Path("artifacts", "trial", ids[0]);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, "Trial.csproj");
        File.WriteAllText(project, $"""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="{string.Join(';', ids)}" /></ItemGroup></Project>""");
        var (exitCode, output) = Dotnet.Capture(["restore", project, $"-p:{Property}=false", "--verbosity", "quiet", "-tl:off"]);
        if (exitCode == 0)
            return null;
        return ErrorLine().Match(output) is { Success: true } error ? error.Groups[1].Value.Trim().TrimEnd('.') : $"dotnet restore ended with {exitCode}";
    }

    [GeneratedRegex("^[-/]p(?:roperty)?:" + Property + "=(true|false)$", RegexOptions.IgnoreCase)]
    private static partial Regex OverrideArgument();

    [GeneratedRegex("<" + Named + "[^>]*>([^<]*)<")]
    private static partial Regex NamedIds();

    [GeneratedRegex(@"error (NU\d+: .*?)(?: No packages exist with this id in source|\[|\r?$)", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
