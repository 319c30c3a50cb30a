using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The layers of a network and its cores with fixed poles, as an analysis numbers them.</summary>
internal sealed class CoreTable
{
    private readonly SequenceNetwork _network;
    private readonly Dictionary<long, int> _coreAt = [];

    public CoreTable(SequenceNetwork network)
    {
        _network = network;
        Layers = network.Architecture.Layers!.Value;
        foreach (var (_, poles, _, _) in network.Layout.Poles)
            _coreAt.Add(poles.Offset, _coreAt.Count);
    }

    /// <summary>Layers, each of which is one branch or more.</summary>
    public int Layers { get; }

    public int Cores => _network.Layout.Poles.Count;

    public string CoreName(int core) => _network.Layout.Poles[core].Core;

    /// <summary>Complex states of a core.</summary>
    public int States(int core) => _network.Layout.Poles[core].Count;

    public int CoreOf(Slot poles) => _coreAt[poles.Offset];

    /// <summary>The layer in front of which a stream between branches lies; null where it lies inside of a layer.</summary>
    public int? LayerBefore(int stream) => stream * Layers % _network.Branches == 0 ? stream * Layers / _network.Branches : null;
}
