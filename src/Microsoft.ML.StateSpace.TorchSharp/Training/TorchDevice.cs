using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>Finds the device that was asked for, or says what is missing.</summary>
internal static class TorchDevice
{
    public static Device Find(DeviceType type, int index, bool fallBackToCpu)
    {
        if (type == DeviceType.CUDA && WhyNotCuda(index) is string reason)
        {
            if (!fallBackToCpu)
                throw new InvalidOperationException(
                    $"{reason} Set FallbackToCpu to train on the CPU where there is no such GPU, or take TorchSharpEngine.Cpu().");
            type = DeviceType.CPU;
        }
        if (type == DeviceType.CPU)
            RequireNativeLibrary();
        return new Device(type, type == DeviceType.CPU ? -1 : index);
    }

    private static string? WhyNotCuda(int index)
    {
        if (Load(() => torch.cuda.is_available() ? null : "") is not string failure)
        {
            int count = torch.cuda.device_count();
            return index < count ? null : $"There is no GPU cuda:{index}; this machine has {count}, numbered from 0.";
        }
        return failure.Length > 0
            ? $"CUDA was asked for, but the native library of TorchSharp could not be loaded: {failure} Add the package "
                + "TorchSharp-cuda-linux or TorchSharp-cuda-windows, of the version of TorchSharp, to the application."
            : "CUDA was asked for, but there is none: the application has the CPU build of the native library "
                + "(add TorchSharp-cuda-linux or TorchSharp-cuda-windows instead of TorchSharp-cpu), or no NVIDIA driver "
                + "that it can use, or no GPU.";
    }

    private static void RequireNativeLibrary()
    {
        if (Load(() => { torch.zeros(1).Dispose(); return null; }) is string failure)
        {
            throw new InvalidOperationException($"The native library of TorchSharp could not be loaded: {failure} "
                + "Add the package TorchSharp-cpu, of the version of TorchSharp, to the application.");
        }
    }

    // What the first call into the library returns, or, where the library cannot be loaded, the reason.
    private static string? Load(Func<string?> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException
            or NotSupportedException or BadImageFormatException or FileNotFoundException)
        {
            return (error.InnerException ?? error).Message.Trim().Split('\n')[0];
        }
    }
}
