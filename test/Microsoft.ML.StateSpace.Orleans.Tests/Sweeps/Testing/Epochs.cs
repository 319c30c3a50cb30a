using System.Collections.Concurrent;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

/// <summary>Writes down the epochs that all silos train, and who trained them.</summary>
internal sealed class Epochs
{
    private readonly ConcurrentQueue<(int Silo, SweepTraining Training, int Epoch)> _all = [];

    public IReadOnlyCollection<(int Silo, SweepTraining Training, int Epoch)> All => _all;

    /// <summary>Called behind each epoch, on the thread of the training.</summary>
    public Action<int, SweepTraining, int>? OnEpoch { get; set; }

    /// <summary>Who follows a training on a silo.</summary>
    public IProgress<TrainingProgress> Follow(int silo, SweepTraining training) => new Follower(this, silo, training);

    private sealed class Follower(Epochs epochs, int silo, SweepTraining training) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            epochs._all.Enqueue((silo, training, value.Epoch));
            epochs.OnEpoch?.Invoke(silo, training, value.Epoch);
        }
    }
}
