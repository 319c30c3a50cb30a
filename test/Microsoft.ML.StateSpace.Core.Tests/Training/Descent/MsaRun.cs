using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>A network with its objective over some sequences, at its initial parameters.</summary>
internal sealed class MsaRun : IDisposable
{
    public MsaRun(SequenceModelOptions options, SequenceSet data, TrainingOptions? training = null)
    {
        training = (training ?? new TrainingOptions()) with { Threads = 2 };
        Network = new SequenceNetwork(TrainingDefaults.Resolve(options, data));
        var initial = Network.Layout.Create(new Random(3));
        DataSurvey.Of(Network, initial, data, null, null, default);
        Batch = new FullBatch(Network, initial, data, training, 0);
        Point = new DescentPoint(Batch, initial.Values);
    }

    public SequenceNetwork Network { get; }

    public FullBatch Batch { get; }

    public DescentPoint Point { get; }

    public void Dispose() => Batch.Dispose();
}
