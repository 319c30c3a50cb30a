using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;

/// <summary>Named inputs of one run, and its results, which are let go together.</summary>
internal sealed class SeriesInputs : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values = [];
    private readonly List<IDisposable> _results = [];

    public void Add<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
        => _values.Add(name, OrtValue.CreateTensorValueFromMemory(values, shape));

    public IReadOnlyList<OrtValue> Run(InferenceSession session, IReadOnlyCollection<string> outputs)
    {
        using var options = new RunOptions();
        var results = session.Run(options, _values, outputs);
        _results.Add(results);
        return results;
    }

    public void Dispose()
    {
        foreach (var value in _values.Values.Concat(_results))
            value.Dispose();
    }
}
