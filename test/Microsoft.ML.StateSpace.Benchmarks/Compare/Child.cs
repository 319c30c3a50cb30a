using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What must be measured in a process of its own: this program, started again.</summary>
internal static class Child
{
    public const string Command = "child";

    /// <summary>Starts a child and returns the numbers that it wrote, one a line.</summary>
    public static double[] Run(params string[] arguments)
    {
        string program = Environment.ProcessPath!, assembly = typeof(Child).Assembly.Location;
        string[] prefix = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [assembly, Command] : [Command];
        return Start(new ProcessStartInfo(program, [.. prefix, .. arguments]));
    }

    /// <summary>Starts any program that writes numbers, one a line.</summary>
    public static double[] Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException(
                $"'{start.FileName} {string.Join(' ', start.ArgumentList)}' ended with {process.ExitCode}.");
    }

    /// <summary>The child's side.</summary>
    public static int Serve(string[] arguments)
    {
        double[] numbers = arguments switch
        {
            ["layer", var kind, var batch, var length, var size]
                => MemoryRows.OwnLayer(kind, int.Parse(batch), int.Parse(length), int.Parse(size)),
            ["engine", var core, var engine] => TorchRows.Own(core, engine),
            ["stream", var data, var budget] => StreamRows.Own(int.Parse(data), int.Parse(budget)),
            ["length", var length] => LengthRows.Own(int.Parse(length)),
            _ => throw new ArgumentException($"There is no child '{string.Join(' ', arguments)}'."),
        };
        foreach (double number in numbers)
            Console.WriteLine(number.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Peak resident set of this process in MiB.</summary>
    public static double PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
