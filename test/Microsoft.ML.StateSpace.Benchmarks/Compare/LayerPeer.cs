namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A peer with a layer's parameters, input and upstream gradient.</summary>
internal sealed class LayerPeer : IDisposable
{
    private const int LongestLoop = 4096; // a loop over more steps is never the fastest, and takes seconds

    private readonly Peer _peer;
    private readonly string[] _variants;
    private readonly string _file = Path.GetTempFileName();

    public LayerPeer(Peer peer, LayerCase layerCase)
    {
        _peer = peer;
        int[] shape = [layerCase.Batch, layerCase.Length, layerCase.Size];
        TensorFile.Write(
            _file,
            [
                ("u", shape, layerCase.Input.ToArray()), ("gy", shape, layerCase.OutputGradient.ToArray()),
                .. TensorFile.Of(layerCase.Parameters),
            ]);
        var answer = _peer.Ask(
            "load",
            new { file = _file, kind = layerCase.Kind.Name, batch = layerCase.Batch, length = layerCase.Length, size = layerCase.Size });
        _variants = [.. answer["variants"]!.AsArray().Select(name => (string)name!)
            .Where(name => layerCase.Length <= LongestLoop || !name.StartsWith("seq", StringComparison.Ordinal))];
    }

    /// <summary>The fastest formulation, once every one has shown that it computes what we do.</summary>
    public string Best(bool train, ILayerRunner runner)
    {
        foreach (string variant in _variants)
        {
            _peer.Ask("layer", new { variant, train, @out = _file });
            LayerCheck.AgainstPeer(runner, _file, variant);
        }
        if (_variants is [string only])
        {
            Fastest(only, train, 2);
            return only;
        }
        // All formulations are timed one after the other, and then once more, because the fastest of one round may have been lucky.
        string[] leaders = [.. _variants.OrderBy(variant => Fastest(variant, train, 2)).Take(3)];
        return leaders.MinBy(variant => Fastest(variant, train, 4))!;
    }

    public double Milliseconds(string variant, bool train) => _peer.Milliseconds("layer", new { variant, train });

    /// <summary>Peak resident set of the process in MiB.</summary>
    public double Memory() => (double)_peer.Ask("memory")["mib"]!;

    public void Dispose()
    {
        _peer.Dispose();
        File.Delete(_file);
    }

    private double Fastest(string variant, bool train, int calls) => Enumerable.Range(0, calls).Min(_ => Milliseconds(variant, train));
}
