using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Accuracy.Parts;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy;

/// <summary>
/// Measures what the library's defaults reach, and writes it into BENCHMARKS.md. Ends with 0; 1 where a run failed; 2 where the command
/// line is wrong; 3 where data are missing.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Request request;
        try
        {
            request = Request.Parse(arguments);
        }
        catch (ArgumentException error)
        {
            return Refuse(error.Message, 2);
        }
        Ours.Method = request.Method;
        string[] names = [.. Catalogue.All.Select(part => part.Name).Distinct()];
        string[] namedParts = [.. request.Words.Where(names.Contains)], namedSets = [.. request.Words.Except(names)];
        var chosen = Catalogue.All.Where(part => namedParts is [] || namedParts.Contains(part.Name)).ToList();
        if (SharedData.WhyMissing(chosen.SelectMany(part => part.Folders).Distinct()) is string missing)
            return Refuse($"./build.sh accuracy {missing}.", 3);

        var parts = chosen.Select(part => part.Make()).ToList();
        if (namedSets.FirstOrDefault(set => !parts.Any(part => Find(part, [set]).Any())) is string unknown)
            return Refuse($"There is no set '{unknown}'; there are {string.Join(", ", parts.SelectMany(part => part.Sets))}.", 2);

        var session = new Session(new RunLog(Repository.Path("artifacts", "accuracy.jsonl")), request.Seeds, Console.Out);
        foreach (var part in parts)
        {
            string[] sets = [.. namedSets is [] ? part.Sets : Find(part, namedSets)];
            if (request.Restart)
                session.Forget(part, sets);
            if (sets.Length > 0)
                session.Run(part, sets, namedSets is [] && Ours.Method == Ours.Default ? table => Write(part.Heading, table) : null);
        }
        return session.Failures > 0 ? Refuse($"{session.Failures} runs failed.", 1) : 0;
    }

    private static void Write(string heading, string table)
    {
        string machine = $"\n{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}.\n";
        BenchmarksFile.Write(Repository.Path("BENCHMARKS.md"), heading, table + machine);
    }

    private static IEnumerable<string> Find(Part part, string[] named)
        => part.Sets.Where(set => named.Contains(set, StringComparer.OrdinalIgnoreCase));

    private static int Refuse(string message, int exitCode)
    {
        Console.Error.WriteLine(message);
        return exitCode;
    }
}
