// Stands for how TorchSharp finds its native backend: nothing is loaded until torch is first used, and then what is missing is named.
using System.Runtime.InteropServices;

namespace TorchSharp;

internal static class Library
{
    internal const string Name = "offline_torch";

    /// <summary>libtorch and what stands on it, or the original's exception for a missing backend, saying what to install.</summary>
    internal static nint Load()
    {
        if (!NativeLibrary.TryLoad("libtorch_cpu.so.1.13", out _))
            throw new NotSupportedException("libtorch is not installed: apt-get install libtorch-dev libopenblas0-openmp");
        string folder = Path.GetDirectoryName(typeof(Library).Assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;
        string path = Path.Combine(folder, $"lib{Name}.so");
        return NativeLibrary.TryLoad(path, out nint library)
            ? library
            : throw new NotSupportedException($"{path} is not there: apt-get install libtorch-dev cmake make g++, and build again.");
    }
}
