using ArchitectureZoo.Tasks;
using Samples;

namespace ArchitectureZoo;

/// <summary>What the command line asks for.</summary>
internal sealed record ZooArguments
{
    private const string DataVariable = "STATESPACE_DATA", Vowels = "japanesevowels";

    private const string Usage = """
        ArchitectureZoo [--tasks NAME,...] [--cores NAME,...] [--steps N] [--seconds N] [--seed N] [--data FOLDER]

          --tasks     some tasks only
          --cores     the architectures of that name, or whose names begin so
          --steps     optimiser steps of each training (default 2000)
          --seconds   the longest that a training may take; what it reached by then counts
          --seed      decides the data, the initial values and the order of the sequences (default 1)
          --data      the folder that holds japanesevowels; else that which STATESPACE_DATA names
        """;

    public required IReadOnlyList<ZooTask> Tasks { get; init; }

    public required IReadOnlyList<Architecture> Architectures { get; init; }

    public required Budget Budget { get; init; }

    /// <summary>Reads pairs of option and value.</summary>
    /// <exception cref="ArgumentException">Something else was given; the message says what can be.</exception>
    public static ZooArguments Parse(string[] arguments)
    {
        var given = Arguments.Parse(arguments, Usage);
        var budget = new Budget();
        return new()
        {
            Tasks = Chosen(
                given, "--tasks", AllTasks(given["--data"] ?? Environment.GetEnvironmentVariable(DataVariable)), task => task.Name),
            Architectures = Chosen(given, "--cores", ArchitectureZoo.Architectures.All, architecture => architecture.Name),
            Budget = budget with
            {
                Steps = given.Count("--steps") ?? budget.Steps,
                Seed = given.Count("--seed") ?? budget.Seed,
                Limit = given.Count("--seconds") is int seconds ? TimeSpan.FromSeconds(seconds) : null,
            },
        };
    }

    private static IReadOnlyList<ZooTask> AllTasks(string? dataFolder)
    {
        string File(string part) => Path.Combine(dataFolder ?? "", Vowels, $"JapaneseVowels_{part}.ts");
        string? whyNoVowels =
            string.IsNullOrEmpty(dataFolder) ? $"no data: name the folder that holds {Vowels} with --data or {DataVariable}"
            : System.IO.File.Exists(File("TRAIN")) && System.IO.File.Exists(File("TEST")) ? null
            : $"no data: there is no {File("TRAIN")} and _TEST.ts";
        return
        [
            new Classes("digits", mlContext => mlContext.Data.LoadDigits(testFraction: 0.25, seed: 3)),
            new Classes(
                "vowels",
                mlContext => (mlContext.Data.LoadClassesFromTsFile(File("TRAIN")), mlContext.Data.LoadClassesFromTsFile(File("TEST"))),
                whyNoVowels),
            new Adding(),
            new SelectiveCopy(),
            new Delay(),
            new Parity(),
        ];
    }

    private static IReadOnlyList<T> Chosen<T>(Arguments given, string option, IReadOnlyList<T> all, Func<T, string> nameOf)
    {
        if (given.List(option) is not { } names)
            return all;
        var chosen = new List<T>();
        foreach (string name in names)
        {
            T[] found = [.. all.Where(one => nameOf(one).Equals(name, StringComparison.OrdinalIgnoreCase))];
            if (found.Length == 0)
                found = [.. all.Where(one => nameOf(one).StartsWith(name, StringComparison.OrdinalIgnoreCase))];
            if (found.Length == 0)
                throw new ArgumentException(
                    $"{option} {name}: there is none of that name. There are {string.Join(", ", all.Select(nameOf))}.");
            chosen.AddRange(found);
        }
        return [.. chosen.Distinct()];
    }
}
