using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>What docs/scale.md says of silos in processes of their own: <c>./build.sh bench silos [part ...]</c>.</summary>
internal static class Measurements
{
    public const string Command = "silos";

    private static readonly (string Name, Func<Workplace, Task> Measure)[] Parts =
    [
        ("sizes", Sizes.Measure), ("scaling", Scaling.Measure), ("writes", Writes.Measure), ("recovery", Recovery.Measure),
        ("trials", Trials.Measure),
    ];

    /// <summary>Measures the parts that are named, or all, on SQLite, or on the server of <c>--postgres CONNECTION</c>.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        int option = Array.IndexOf(arguments, "--postgres");
        string? server = option >= 0 && option + 1 < arguments.Length ? arguments[option + 1] : null;
        string[] names = [.. arguments.Where((argument, i) => option < 0 || (i != option && (server is null || i != option + 1)))];
        if (names.FirstOrDefault(name => Parts.All(part => part.Name != name)) is string unknown || (option >= 0 && server is null))
        {
            Console.Error.WriteLine($"usage: bench {Command} [{string.Join(" | ", Parts.Select(part => part.Name))} ...] [--postgres "
                + "CONNECTION]");
            return 2;
        }
        using var workplace = new Workplace(server);
        Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, Orleans "
            + $"{FileVersionInfo.GetVersionInfo(typeof(IGrain).Assembly.Location).ProductVersion?.Split('+', ' ')[0].TrimEnd('.')}, "
            + $"{workplace.DatabaseName}{Load()}");
        foreach (var (name, measure) in Parts.Where(part => names.Length == 0 || names.Contains(part.Name)))
        {
            Console.WriteLine($"\n{name}");
            await measure(workplace);
        }
        Console.WriteLine($"\nat the end{Load()}");
        return 0;
    }

    // Of the last minute; what else runs on a machine decides much of what is measured.
    private static string Load() => File.Exists("/proc/loadavg") ? $", load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}" : "";
}
