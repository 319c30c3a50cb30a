using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.StateSpace.GpuCheck;

/// <summary>What this machine and its software are.</summary>
internal static class Machine
{
    /// <summary>Names and values in the order in which they are printed.</summary>
    public static IReadOnlyList<(string Name, string Value)> Describe(torch.Device device) =>
    [
        ("device", device.ToString()),
        ("card", device.type == DeviceType.CUDA ? Card() : "none in use"),
        ("CUDA", torch.cuda.is_available() ? $"available, {torch.cuda.device_count()} device(s)" : "not available"),
        ("processor", Processor()),
        ("system", RuntimeInformation.OSDescription),
        (".NET", Environment.Version.ToString()),
        ("TorchSharp", typeof(torch).Assembly.GetName().Version!.ToString()),
        ("built for libtorch", torch.__version__),
        ("libtorch", Libtorch.Version),
        ("libtorch from", Libtorch.Folder),
    ];

    /// <summary>Name, driver, memory and compute capability, as nvidia-smi gives them.</summary>
    private static string Card()
    {
        try
        {
            string[] arguments = ["--query-gpu=index,name,driver_version,memory.total,compute_cap", "--format=csv,noheader"];
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", arguments) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.ReplaceLineEndings("; ") : $"not known: nvidia-smi ended with {process.ExitCode}";
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            return $"not known: nvidia-smi could not be run ({error.Message})";
        }
    }

    private static string Processor()
    {
        const string Facts = "/proc/cpuinfo";
        string[] lines = File.Exists(Facts) ? File.ReadAllLines(Facts) : [];
        string? model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return $"{Environment.ProcessorCount} x {model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}";
    }
}
