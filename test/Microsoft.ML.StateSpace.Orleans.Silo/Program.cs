using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.StateSpace.Grains.Silos.Measure;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>
/// A silo of its own process. It is told its settings, writes "ready" when it takes part, and ends at once when its input ends, which is
/// what happens when the process that has started it ends in whatever way. With another argument it measures such silos.
/// </summary>
internal static class Program
{
    public const string Ready = "ready";

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [Measurements.Command, .. var parts])
            return await Measurements.Run(parts);
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine($"usage: {Measurements.Command} [part ...], or the settings of a silo, which SiloProcess passes");
            return 2;
        }
        new Thread(EndWithInput) { IsBackground = true }.Start();
        using var host = SiloHost.Build(SiloSettings.Parse(arguments[0]));
        await host.StartAsync();
        Console.WriteLine(Ready);
        await host.WaitForShutdownAsync();
        return 0;
    }

    private static void EndWithInput()
    {
        Console.In.ReadToEnd();
        // Nobody waits for this process any more, so nothing that takes time is done.
        Process.GetCurrentProcess().Kill();
    }
}
