using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.GpuCheck;

internal enum Verdict
{
    Passed,
    Failed,
    NotRun,
}

/// <summary>One check and how it went.</summary>
internal sealed record Outcome(
    string Check, string Subject, Verdict Verdict, string Text, IReadOnlyList<(string Name, double Value)> Numbers, double Seconds);

/// <summary>Training steps per second of one network in both engines.</summary>
internal sealed record Speed(string Core, int Channels, int Length, int Sequences, int Parameters, double Torch, double Managed);

/// <summary>Prints what is found as soon as it is, and keeps it for the JSON file.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<Outcome> _outcomes = [];
    private readonly List<Speed> _speeds = [];
    private IReadOnlyList<(string Name, string Value)> _machine = [];

    public int Count(Verdict verdict) => _outcomes.Count(outcome => outcome.Verdict == verdict);

    public void Describe(IReadOnlyList<(string Name, string Value)> machine)
    {
        _machine = machine;
        foreach (var (name, value) in machine)
            Console.WriteLine($"{name,-30} {value}");
    }

    public void Title(string text) => Console.WriteLine($"\n== {text}");

    public void Note(string text) => Console.WriteLine($"   {text}");

    public void Add(Outcome outcome)
    {
        _outcomes.Add(outcome);
        string verdict = outcome.Verdict switch { Verdict.Passed => "pass", Verdict.Failed => "FAIL", _ => "not run" };
        Console.WriteLine($"{verdict,-7} {outcome.Subject,-44} {outcome.Text}");
    }

    public static void WriteSpeedHeader()
        => Console.WriteLine("core     channels length sequences parameters     torch   managed   ratio");

    public void Add(Speed speed)
    {
        _speeds.Add(speed);
        string network = $"{speed.Core,-8} {speed.Channels,8} {speed.Length,6} {speed.Sequences,9} {speed.Parameters,10}";
        Console.WriteLine($"{network} {speed.Torch,9:F2} {speed.Managed,9:F2} {speed.Torch / speed.Managed,7:F2}");
    }

    public void Save(string path, CheckOptions options, TimeSpan duration)
    {
        var content = new
        {
            Machine = _machine.ToDictionary(fact => fact.Name, fact => fact.Value),
            Options = options,
            Seconds = duration.TotalSeconds,
            Passed = Count(Verdict.Passed),
            Failed = Count(Verdict.Failed),
            NotRun = Count(Verdict.NotRun),
            Checks = _outcomes.Select(outcome => new
            {
                outcome.Check,
                outcome.Subject,
                Verdict = outcome.Verdict switch { Verdict.Passed => "passed", Verdict.Failed => "failed", _ => "not run" },
                outcome.Text,
                outcome.Seconds,
                Numbers = outcome.Numbers.ToDictionary(number => number.Name, number => number.Value),
            }),
            StepsPerSecond = _speeds,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(content, Format) + "\n");
    }
}
