// Stands for how TorchSharp finds its native backend: nothing is loaded until torch is first used, and then what is missing is named.
using System.Runtime.InteropServices;

namespace TorchSharp;

internal static class Library
{
    internal const string Name = "offline_torch";

    /// <summary>libtorch and what stands on it, or the original's exception for a missing backend, saying what to install.</summary>
    internal static nint Load()
    {
        string folder = Path.GetDirectoryName(typeof(Library).Assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;
        string path = Path.Combine(folder, $"lib{Name}.so");
        if (NativeLibrary.TryLoad(path, out nint library))
            return library;
        throw new NotSupportedException(
            "libtorch is not installed: apt-get install libtorch-dev libopenblas0-openmp"
            + (File.Exists(path) ? "" : " cmake make g++, and build again (Debian 12; the substitute for TorchSharp stands on libtorch 1.13)."));
    }
}
