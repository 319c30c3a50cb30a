// Checks the TorchSharp engine on the machine that it runs on, and prints what it finds. See "Checking a GPU machine" in docs/gpu.md.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.StateSpace.GpuCheck.Checks;
using Microsoft.ML.StateSpace.Torch.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace.GpuCheck;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (CheckOptions.Parse(arguments) is not CheckOptions options)
        {
            Console.Error.WriteLine(CheckOptions.Usage);
            return 2;
        }
        var clock = Stopwatch.StartNew();
        torch.Device device;
        try
        {
            Libtorch.Load();
            device = FindDevice(options.Device);
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        var report = new Report();
        report.Describe(Machine.Describe(device));
        var session = new Session(options, device, report);
        session.UseAllProcessors(false);
        PlacementCheck.Run(session);
        ParityCheck.Run(session);
        CertificateCheck.Run(session);
        PrecisionCheck.Run(session);
        MemoryCheck.Run(session);
        session.UseAllProcessors(true);
        SpeedTable.Run(session);
        int passed = report.Count(Verdict.Passed), failed = report.Count(Verdict.Failed), notRun = report.Count(Verdict.NotRun);
        report.Title($"{passed} passed, {failed} failed, {notRun} not run on {device} in {clock.Elapsed.TotalSeconds:F0} s");
        if (options.JsonFile is string path)
            report.Save(path, options, clock.Elapsed);
        return failed > 0 ? 1 : 0;
    }

    // A method by itself, so that nothing of TorchSharp is touched before libtorch is loaded.
    private static torch.Device FindDevice(string name)
        => TorchDevice.Find(name == "cpu" ? DeviceType.CPU : DeviceType.CUDA, 0, fallBackToCpu: name == "auto");
}
