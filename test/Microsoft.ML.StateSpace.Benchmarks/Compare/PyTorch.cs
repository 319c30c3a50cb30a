using System.Diagnostics;
using System.Runtime.Intrinsics;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// The peer of Python. It runs under the best conditions that were found: as many threads as there are processors, a glibc that keeps the
/// memory which is freed, and those kernels of OpenBLAS that measure fastest on this machine.
/// </summary>
internal static class PyTorch
{
    private const string Python = "/usr/bin/python3";
    private const string Packages = "python3-torch libopenblas0-openmp";

    /// <summary>What the peer is; empty before <see cref="Find"/>.</summary>
    public static string Line { get; private set; } = "";

    /// <summary>
    /// The kernels of OpenBLAS, empty for its own choice; <see langword="null"/> before <see cref="Find"/>. A child is told those of its
    /// parent.
    /// </summary>
    public static string? CoreType { get; set; }

    public static bool IsFound => CoreType is not null;

    /// <summary>Looks for PyTorch and installs it where that can be done; says what is missing otherwise.</summary>
    public static bool Find()
    {
        if (!HasTorch() && Environment.UserName == "root" && File.Exists("/usr/bin/apt-get"))
        {
            Console.WriteLine($"Installing {Packages} ...");
            Succeeds("/usr/bin/apt-get", "update", "-qq");
            Succeeds("/usr/bin/apt-get", ["install", "-y", "-qq", "--no-install-recommends", .. Packages.Split(' ')]);
        }
        if (!HasTorch())
        {
            Console.WriteLine($"There is no PyTorch for {Python}: apt-get install {Packages}. The numbers are without it.");
            return false;
        }
        string[] coreTypes = Vector512.IsHardwareAccelerated ? ["", "Haswell", "Zen", "SkylakeX"] : ["", "Haswell", "Zen"];
        double best = 0;
        foreach (string coreType in coreTypes)
        {
            using var peer = Start(coreType);
            var answer = peer.Ask("probe");
            double gflops = (double)answer["gflops"]!;
            if (gflops <= best)
                continue;
            (best, CoreType) = (gflops, coreType);
            Line = $"PyTorch {answer["torch"]} of Debian, Python {answer["python"]}, {Machine.Threads} threads, "
                + $"OPENBLAS_CORETYPE={(coreType == "" ? "(unset)" : coreType)}, malloc tuned";
        }
        return true;
    }

    public static Peer Start() => Start(CoreType ?? throw new InvalidOperationException("Find the peer first."));

    private static Peer Start(string coreType)
    {
        string worker = Repository.Path("test", "Microsoft.ML.StateSpace.Benchmarks", "peers", "worker.py");
        var start = new ProcessStartInfo(Python, [worker, Machine.Threads.ToString()]);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (coreType != "")
            start.Environment["OPENBLAS_CORETYPE"] = coreType;
        return new Peer(start);
    }

    private static bool HasTorch() => File.Exists(Python) && Succeeds(Python, "-c", "import torch, numpy");

    private static bool Succeeds(string command, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
