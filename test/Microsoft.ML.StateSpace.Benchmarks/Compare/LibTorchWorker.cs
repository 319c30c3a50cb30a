using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>The side of libtorch: answers what <see cref="LayerPeer"/> asks, as <c>peers/worker.py</c> does for PyTorch.</summary>
internal sealed class LibTorchWorker
{
    private LibTorchLayer? _layer;

    /// <summary>Answers until nothing more is asked; no numbers are left to write then.</summary>
    public static double[] Serve()
    {
        var worker = new LibTorchWorker();
        while (Console.ReadLine() is string line)
        {
            JsonObject answer;
            try
            {
                answer = worker.Answer(JsonNode.Parse(line)!);
            }
            catch (Exception error)
            {
                answer = new() { ["error"] = (error.InnerException ?? error).ToString() };
            }
            Console.WriteLine(answer.ToJsonString());
        }
        return [];
    }

    private JsonObject Answer(JsonNode request) => (string?)request["command"] switch
    {
        "probe" => Probe(),
        "load" => Load(request),
        "layer" => Layer((bool)request["train"]!, (string?)request["out"]),
        "memory" => new() { ["mib"] = Child.PeakMemory() },
        string command => throw new ArgumentException($"There is no command '{command}'."),
        null => throw new ArgumentException("A request names its command."),
    };

    private static JsonObject Probe()
    {
        torch.set_num_threads(Machine.Threads);
        string version = typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return new()
        {
            ["libtorch"] = Version.Parse(torch.__version__).ToString(3), ["torchSharp"] = version.Split('+')[0],
            ["threads"] = torch.get_num_threads(),
        };
    }

    // The case is made here again, from the same seeds, instead of being read from the file.
    private JsonObject Load(JsonNode request)
    {
        torch.set_num_threads(Machine.Threads);
        _layer?.Dispose();
        _layer = new LibTorchLayer(new LayerCase(
            LayerKind.Of((string)request["kind"]!), (int)request["batch"]!, (int)request["length"]!, (int)request["size"]!));
        return new() { ["variants"] = JsonSerializer.SerializeToNode((string[])[LibTorch.Form]) };
    }

    private JsonObject Layer(bool train, string? file)
    {
        var layer = _layer ?? throw new InvalidOperationException("Load a layer first.");
        if (file is null)
            return new() { ["ms"] = Turns.Milliseconds(train ? () => layer.Train() : () => layer.Forward()) };
        var results = new Dictionary<string, float[]>();
        double ms = Turns.Milliseconds(train ? () => layer.Train(results) : () => layer.Forward(results));
        TensorFile.Write(file, [.. results.Select(result => (result.Key, (int[])[result.Value.Length], result.Value))]);
        return new() { ["ms"] = ms };
    }
}
