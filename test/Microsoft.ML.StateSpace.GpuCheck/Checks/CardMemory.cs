using System.Runtime.InteropServices;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>Asks the driver of an NVIDIA card how much of its memory is in use, by whatever program.</summary>
internal static class CardMemory
{
    /// <summary>
    /// Of the card whose context this thread has, as it has once libtorch has worked on it; <see langword="null"/> where it cannot be read.
    /// </summary>
    public static double? UsedMegabytes()
    {
        try
        {
            return cuMemGetInfo(out nuint free, out nuint total) == 0 ? (total - free) / (1024.0 * 1024) : null;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static extern int cuMemGetInfo(out nuint free, out nuint total);
}
