using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What is chosen where the options leave a value open, from the number of training sequences n:
/// <list type="table">
/// <listheader><term>Option</term><description>Rule</description></listheader>
/// <item><term>Layers</term><description>3; 4 from n = 5,000 on.</description></item>
/// <item><term>ModelSize, StateSize</term><description>64 channels; 32 complex states (rounded up to a multiple of S5's Blocks).</description></item>
/// <item><term>Bidirectional</term><description>Yes for a class a sequence; no for one output a time step.</description></item>
/// <item><term>Dropout</term><description>0.1.</description></item>
/// <item><term>BatchSize</term><description>16; 32 from n = 500 on.</description></item>
/// <item><term>LearningRate</term><description>0.004.</description></item>
/// <item><term>Epochs</term><description>As many as make 1,500 optimiser steps, but at least 20, and at most 120 for a class a sequence.</description></item>
/// <item><term>ValidationFraction</term><description>0.1 from n = 300 on; below, all sequences are trained on for all epochs: the learning rate falls to zero with the last.</description></item>
/// <item><term>Patience</term><description>A third of the epochs, at least 10.</description></item>
/// </list>
/// Measured on ItalyPowerDemand, GunPoint, SyntheticControl, BasicMotions, JapaneseVowels, digits and cascaded tanks; none of them is treated apart.
/// </summary>
internal static class TrainingDefaults
{
    private const int Steps = 1500, FewestEpochs = 20, MostEpochsOfClasses = 120;

    /// <summary>Fills in the sizes of the network.</summary>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
    {
        var architecture = options.Architecture;
        int blocks = architecture is S5Options s5 ? s5.Blocks : 1;
        return options with
        {
            Architecture = architecture with
            {
                Layers = architecture.Layers ?? (data.Count < 5000 ? 3 : 4),
                ModelSize = architecture.ModelSize ?? 64,
                StateSize = architecture.StateSize ?? (32 + blocks - 1) / blocks * blocks,
                Bidirectional = architecture.Bidirectional ?? options.Task == SequenceTask.Classification,
                Dropout = architecture.Dropout ?? 0.1,
            },
        };
    }

    /// <summary>Fills in how to train.</summary>
    public static TrainingOptions Resolve(TrainingOptions training, SequenceTask task, SequenceSet data, bool hasValidation)
    {
        int batch = training.BatchSize ?? (data.Count < 500 ? 16 : 32);
        int stepsPerEpoch = (data.Count + batch - 1) / batch;
        int epochs = training.Epochs ?? Math.Clamp(Steps / stepsPerEpoch, FewestEpochs, task == SequenceTask.Classification ? MostEpochsOfClasses : Steps);
        return training with
        {
            BatchSize = batch,
            Epochs = epochs,
            LearningRate = training.LearningRate ?? 4e-3,
            ValidationFraction = hasValidation ? 0 : training.ValidationFraction ?? (data.Count < 300 ? 0 : 0.1),
            Patience = training.Patience ?? Math.Max(10, epochs / 3),
        };
    }
}
