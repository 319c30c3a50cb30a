using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// A PyTorch process that reads a JSON object from each line and answers with another. It runs under the best conditions that were
/// found: as many threads as there are processors, a glibc that keeps the memory which is freed, and those kernels of OpenBLAS that
/// measure fastest on this machine.
/// </summary>
internal sealed class Peer : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Packages = "python3-torch libopenblas0-openmp";
    private const string Malloc =
        "glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295:glibc.malloc.top_pad=268435456";
    private static string? _coreType;
    private readonly Process _process;

    private Peer(string coreType)
    {
        var start = new ProcessStartInfo(
            Python, [Repository.Path("test", "Microsoft.ML.StateSpace.Benchmarks", "peers", "worker.py"), Machine.Threads.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["GLIBC_TUNABLES"] = Malloc;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (coreType != "")
            start.Environment["OPENBLAS_CORETYPE"] = coreType;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The peer could not be started.");
    }

    /// <summary>What the peer is; empty before <see cref="Find"/>.</summary>
    public static string Line { get; private set; } = "";

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
            Console.WriteLine($"There is no PyTorch for {Python}: apt-get install {Packages}. Only our own numbers follow.");
            return false;
        }
        string[] coreTypes = Vector512.IsHardwareAccelerated ? ["", "Haswell", "Zen", "SkylakeX"] : ["", "Haswell", "Zen"];
        double best = 0;
        foreach (string coreType in coreTypes)
        {
            using var peer = new Peer(coreType);
            var answer = peer.Ask("probe");
            double gflops = (double)answer["gflops"]!;
            if (gflops <= best)
                continue;
            (best, _coreType) = (gflops, coreType);
            Line = $"PyTorch {answer["torch"]} of Debian, Python {answer["python"]}, {Machine.Threads} threads, "
                + $"OPENBLAS_CORETYPE={(coreType == "" ? "(unset)" : coreType)}, malloc tuned";
        }
        return true;
    }

    public static Peer Start() => new(_coreType ?? throw new InvalidOperationException("Find the peer first."));

    /// <summary>Sends a command with its arguments, an anonymous object, and returns the answer.</summary>
    public JsonNode Ask(string command, object? arguments = null)
    {
        var request = JsonSerializer.SerializeToNode(arguments ?? new { })!.AsObject();
        request["command"] = command;
        _process.StandardInput.WriteLine(request.ToJsonString());
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer ended during '{command}'.");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"The peer failed: {error}") : answer;
    }

    /// <summary>The milliseconds of a command that answers with them.</summary>
    public double Milliseconds(string command, object arguments) => (double)Ask(command, arguments)["ms"]!;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
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
