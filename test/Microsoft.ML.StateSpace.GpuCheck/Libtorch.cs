using System.Runtime.InteropServices;

namespace Microsoft.ML.StateSpace.GpuCheck;

/// <summary>
/// Loads libtorch from a folder before TorchSharp looks for it. TorchSharp then finds it in the process, for the system's loader knows a
/// library that is there by its name. So one published program works with whatever libtorch a machine has.
/// </summary>
internal static class Libtorch
{
    public const string Variable = "STATESPACE_LIBTORCH";

    /// <summary>
    /// Each library before those that need it. The first belongs to a PyTorch with CUDA and makes the libraries of NVIDIA's packages known;
    /// it may be missing or fail, as it may when Python loads it. A libtorch for the CPU has none with <c>cuda</c> in its name.
    /// </summary>
    private static readonly string[] InOrder =
        ["libtorch_global_deps.so", "libc10.so", Core, "libc10_cuda.so", "libtorch_cuda.so", "libtorch_cuda_linalg.so", "libtorch.so"];

    private const string Core = "libtorch_cpu.so";
    private const string Package = "libtorch-cpu-linux-x64";
    private const string Bindings = "libLibTorchSharp.so";
    private static readonly string Native = Path.Combine("runtimes", "linux-x64", "native");
    private const int Lazy = 1, Global = 0x100; // RTLD_LAZY and RTLD_GLOBAL of glibc

    /// <summary>The folder that libtorch was loaded from.</summary>
    public static string Folder { get; private set; } = "where TorchSharp finds it";

    /// <summary>The version that the folder gives of itself, which need not be the one that TorchSharp was built for.</summary>
    public static string Version { get; private set; } = "not known";

    /// <summary>Loads all libraries, or throws an <see cref="InvalidOperationException"/> that says what is missing.</summary>
    public static void Load()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Folder = Find();
        // A build links libtorch into its output folder instead of copying it.
        string library = Path.Combine(Folder, Core);
        Version = VersionOf(Path.GetDirectoryName(File.ResolveLinkTarget(library, returnFinalTarget: true)?.FullName ?? library)!);
        foreach (string name in InOrder)
        {
            string path = Path.Combine(Folder, name);
            bool isNeeded = !name.Contains("global_deps", StringComparison.Ordinal) && !name.Contains("linalg", StringComparison.Ordinal);
            if (File.Exists(path) && Open(path) is string failure && isNeeded)
                throw new InvalidOperationException($"libtorch could not be loaded: {failure}");
        }
        string beside = Path.Combine(AppContext.BaseDirectory, Bindings);
        if (Open(File.Exists(beside) ? beside : Path.Combine(AppContext.BaseDirectory, Native, Bindings)) is string reason)
        {
            throw new InvalidOperationException(
                $"libtorch {Version} in {Folder} is loaded, but the library of TorchSharp does not go with it: {reason}");
        }
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            string[] candidates = [named, Path.Combine(named, "lib"), Path.Combine(named, "torch", "lib")];
            return candidates.FirstOrDefault(HasLibtorch) ?? throw new InvalidOperationException(
                $"{Variable} is {named}, where there is no {Core}. It should name the folder torch/lib of an installed PyTorch:\n" +
                """  python3 -c "import os, torch; print(os.path.join(os.path.dirname(torch.__file__), 'lib'))" """);
        }
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string package = Path.Combine(packages, Package);
        string[] versions = Directory.Exists(package) ? Directory.GetDirectories(package) : [];
        string[] folders = [AppContext.BaseDirectory, .. versions.Order(StringComparer.Ordinal).Reverse()];
        string[] places = [AppContext.BaseDirectory, .. folders.Select(root => Path.Combine(root, Native))];
        return places.FirstOrDefault(HasLibtorch) ?? throw new InvalidOperationException(
            $"There is no libtorch: {Variable} is not set, and neither {AppContext.BaseDirectory} nor {package} has one.");
    }

    private static bool HasLibtorch(string folder) => File.Exists(Path.Combine(folder, Core));

    // PyTorch has a file version.py one folder up, an unpacked libtorch has a file build-version there, a NuGet package has its version in
    // its path.
    private static string VersionOf(string folder)
    {
        string above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;
        string python = Path.Combine(above, "version.py"), archive = Path.Combine(above, "build-version");
        const string Key = "__version__";
        string[] lines = File.Exists(python) ? File.ReadAllLines(python) : [];
        if (lines.FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is string line)
            return line.Split('\'', '"') is { Length: > 1 } parts ? parts[1] : line;
        if (File.Exists(archive))
            return File.ReadAllText(archive).Trim();
        string[] names = folder.Split(Path.DirectorySeparatorChar);
        int package = Array.IndexOf(names, Package);
        return package >= 0 && package + 1 < names.Length ? $"{names[package + 1]} (CPU)" : "not known";
    }

    // What the loader says; null where all went well.
    private static string? Open(string path)
        => dlopen(path, Lazy | Global) != 0 ? null : Marshal.PtrToStringUTF8(dlerror()) ?? $"{path} could not be loaded";

    [DllImport("libdl.so.2")]
    private static extern nint dlopen([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libdl.so.2")]
    private static extern nint dlerror();
}
