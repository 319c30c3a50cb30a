using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>A network with its objective over some sequences, at its initial parameters.</summary>
internal sealed class MsaRun : IDisposable
{
    public MsaRun(SequenceModelOptions options, SequenceSet data, TrainingOptions? training = null, bool inPieces = true)
        : this(Create(options, data), data, training, inPieces)
    {
    }

    public MsaRun(
        (SequenceNetwork Network, ParameterSet Parameters) model, SequenceSet data, TrainingOptions? training = null, bool inPieces = true,
        double regularization = 0)
    {
        Network = model.Network;
        var options = (training ?? new TrainingOptions()) with { Threads = 2 };
        Batch = new FullBatch(Network, model.Parameters, data, options, regularization, inPieces);
        Point = new DescentPoint(Batch, model.Parameters.Values);
    }

    public SequenceNetwork Network { get; }

    public FullBatch Batch { get; }

    public DescentPoint Point { get; }

    public void Dispose() => Batch.Dispose();

    private static (SequenceNetwork Network, ParameterSet Parameters) Create(SequenceModelOptions options, SequenceSet data)
    {
        var network = new SequenceNetwork(TrainingDefaults.Resolve(options, data));
        var initial = network.Layout.Create(new Random(3));
        DataSurvey.Of(network, initial, data, null, null, default);
        return (network, initial);
    }
}
