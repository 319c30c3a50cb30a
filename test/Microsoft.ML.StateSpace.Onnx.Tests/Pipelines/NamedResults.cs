using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>The outputs of a run, by their names.</summary>
internal sealed class NamedResults : IDisposable
{
    private readonly RunOptions _options = new();
    private readonly IDisposableReadOnlyCollection<OrtValue> _results;
    private readonly Dictionary<string, OrtValue> _named;

    public NamedResults(InferenceSession session, Dictionary<string, OrtValue> inputs)
    {
        _results = session.Run(_options, inputs, session.OutputNames);
        _named = session.OutputNames.Zip(_results).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public OrtValue this[string name] => _named[name];

    public void Dispose()
    {
        _results.Dispose();
        _options.Dispose();
    }
}
