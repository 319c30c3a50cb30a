using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A process that reads a JSON object from each line and answers with another, so that it is measured in turns with us.</summary>
internal sealed class Peer : IDisposable
{
    // A glibc that keeps the memory which is freed: the fastest for libraries that allocate every tensor anew.
    private const string Malloc =
        "glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295:glibc.malloc.top_pad=268435456";

    private readonly Process _process;

    public Peer(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        start.Environment["GLIBC_TUNABLES"] = Malloc;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' could not be started.");
    }

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
}
