using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What must be measured in a process of its own: this program, started again.</summary>
internal static class Child
{
    public const string Command = "child";

    /// <summary>How a child is started.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        string program = Environment.ProcessPath!, assembly = typeof(Child).Assembly.Location;
        string[] prefix = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [assembly, Command] : [Command];
        return new ProcessStartInfo(program, [.. prefix, .. arguments]);
    }

    /// <summary>Starts a child and returns the numbers that it wrote, one a line.</summary>
    public static double[] Run(params string[] arguments) => Start(StartInfo(arguments));

    /// <summary>Starts any program that writes numbers, one a line.</summary>
    public static double[] Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Require(process);
        return [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    /// <summary>Starts a child that writes text, and hands its lines on as they come.</summary>
    public static void Relay(ProcessStartInfo start, Action<string> say)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is string line)
            say(line);
        process.WaitForExit();
        Require(process);
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
            ["growth", var what, var times] => GrowthRows.Own(what, int.Parse(times)),
            ["avx2", var coreType, .. var kinds] => Avx2Rows.Own(coreType, kinds),
            ["libtorch"] => LibTorchWorker.Serve(),
            _ => throw new ArgumentException($"There is no child '{string.Join(' ', arguments)}'."),
        };
        foreach (double number in numbers)
            Console.WriteLine(number.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    private static void Require(Process process)
    {
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"'{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}' ended with {process.ExitCode}.");
    }

    /// <summary>Peak resident set of this process in MiB.</summary>
    public static double PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
