using System.Globalization;
using System.Text.RegularExpressions;

namespace Samples;

/// <summary>
/// The command line of a sample: pairs of option and value. What can be given stands in the usage alone, in brackets; options in the same
/// brackets are given together or not at all. Whatever else is given is refused, with the usage.
/// </summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _given = [];
    private readonly string _usage;

    private Arguments(string usage) => _usage = usage;

    /// <summary>Reads the command line; if it cannot be understood, says why on the error stream and ends the program with 2.</summary>
    /// <param name="args">What was given.</param>
    /// <param name="usage">For instance <c>Sample [--train FILE --test FILE] [--epochs N]</c>.</param>
    public static Arguments Read(string[] args, string usage) => OrEnd(() => Parse(args, usage));

    /// <summary>Returns what a function returns; if the command line has something wrong, says so and ends the program with 2.</summary>
    public static T OrEnd<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            Environment.Exit(2);
            throw;
        }
    }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It cannot be understood. The message says why, and what can be given.</exception>
    public static Arguments Parse(string[] args, string usage)
    {
        var arguments = new Arguments(usage);
        string[][] groups = [.. Regex.Matches(usage, @"\[[^\]]*\]").Select(group
            => Regex.Matches(group.Value, @"--[\w-]+").Select(option => option.Value).ToArray())];
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!groups.Any(group => group.Contains(args[i])))
                throw arguments.Refusal($"'{args[i]}' is not understood.");
            if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                throw arguments.Refusal($"{args[i]} needs a value behind it.");
            if (!arguments._given.TryAdd(args[i], args[i + 1]))
                throw arguments.Refusal($"{args[i]} is given twice.");
        }
        foreach (string[] group in groups)
        {
            if (group.FirstOrDefault(option => !arguments._given.ContainsKey(option)) is { } missing
                && group.FirstOrDefault(arguments._given.ContainsKey) is { } present)
                throw arguments.Refusal($"{present} needs {missing} as well.");
        }
        return arguments;
    }

    /// <summary>The value of an option; <see langword="null"/> where it was not given.</summary>
    public string? this[string option] => _given.GetValueOrDefault(option);

    /// <summary>The values of an option, which are separated by commas; <see langword="null"/> where it was not given.</summary>
    public string[]? List(string option)
        => this[option]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A whole number of at least 1; <see langword="null"/> where the option was not given.</summary>
    public int? Count(string option) => this[option] is { } text ? Whole(option, text, 1) : null;

    /// <summary>Whole numbers, separated by commas; <see langword="null"/> where the option was not given.</summary>
    public int[]? Numbers(string option) => List(option)?.Select(text => Whole(option, text, 0)).ToArray();

    /// <summary>What is wrong, and what can be given.</summary>
    public ArgumentException Refusal(string what) => new($"{what}\nusage: {_usage}");

    private int Whole(string option, string text, int least)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw Refusal($"{option} needs a whole number of at least {least}, not '{text}'.");
}
