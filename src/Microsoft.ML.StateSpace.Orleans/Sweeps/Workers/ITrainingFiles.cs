using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The checkpoints of the trainings of a worker.</summary>
internal interface ITrainingFiles
{
    /// <summary>Brings what others have left of a training; returns what it gives <see cref="TrainingOptions.CheckpointPath"/>.</summary>
    string Fetch(SweepTraining training);

    /// <summary>Leaves for others what there is of a training.</summary>
    void Send(SweepTraining training);

    /// <summary>Deletes what there is of a configuration that needs it no longer.</summary>
    void Delete(int configuration);
}

/// <summary>A folder that all workers share.</summary>
internal sealed class SharedFiles(CheckpointFolder folder) : ITrainingFiles
{
    public string Fetch(SweepTraining training) => folder.PathOf(training);

    public void Send(SweepTraining training)
    {
    }

    public void Delete(int configuration) => folder.Delete(configuration);
}
