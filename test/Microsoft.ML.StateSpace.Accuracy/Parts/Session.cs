using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>Makes the runs that are not finished yet, and shows them.</summary>
/// <param name="log">The finished runs.</param>
/// <param name="seeds">The number of seeds.</param>
/// <param name="output">Where progress and tables are shown.</param>
internal sealed class Session(RunLog log, int seeds, TextWriter output)
{
    /// <summary>The runs that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Forgets finished runs of sets.</summary>
    public void Forget(Part part, IEnumerable<string> sets)
        => log.Forget(sets.SelectMany(set => part.Measurements(set, seeds)).Select(measurement => measurement.Key));

    /// <summary>Runs sets of a part, and shows their table.</summary>
    /// <param name="part">The part.</param>
    /// <param name="sets">Sets of it.</param>
    /// <param name="write">Takes the part's table after each set; <see langword="null"/> where it is only shown.</param>
    public void Run(Part part, IReadOnlyList<string> sets, Action<string>? write)
    {
        var measurements = sets.ToDictionary(set => set, set => part.Measurements(set, seeds));
        foreach (string set in sets)
        {
            foreach (var measurement in measurements[set].Where(measurement => log.Find(measurement.Key) is null))
                Make(measurement);
            write?.Invoke(Table());
        }
        output.WriteLine($"\n### {part.Heading}\n\n{Table()}");

        string Table() => part.Table(sets, [.. measurements.Values.SelectMany(of => of).Select(of => log.Find(of.Key)).OfType<Run>()]);
    }

    // One set that fails does not keep the others from being measured.
    private void Make(Measurement measurement)
    {
        var key = measurement.Key;
        string name = key.Seed > 0 ? $"{key.Set}, {key.Method}, seed {key.Seed}" : $"{key.Set}, {key.Method}";
        try
        {
            var run = measurement.Make(key);
            log.Add(run);
            string scores = string.Join(" ", run.Scores.Select(score => Markdown.Digits(score.Value)));
            output.WriteLine($"{name}: {scores}; {Markdown.Number(run.TrainingSeconds, 1)} s, {Markdown.Number(run.ScoringSeconds, 2)} s");
        }
        catch (Exception error)
        {
            Failures++;
            output.WriteLine($"{name}: failed. {error}");
        }
    }
}
