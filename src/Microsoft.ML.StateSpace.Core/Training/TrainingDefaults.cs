using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What is chosen where the options leave a value open; n is the number of training sequences, T their mean length.</summary>
internal static class TrainingDefaults
{
    /// <summary>Fills in the sizes of the network.</summary>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSet data)
    {
        var architecture = options.Architecture;
        bool large = data.Count >= 5000;
        return options with
        {
            Architecture = architecture with
            {
                Layers = architecture.Layers ?? (large ? 4 : 2),
                ModelSize = architecture.ModelSize ?? 64,
                StateSize = architecture.StateSize ?? (architecture is S5Options s5 ? (32 + s5.Blocks - 1) / s5.Blocks * s5.Blocks : 32),
                Bidirectional = architecture.Bidirectional ?? options.Task == SequenceTask.Classification,
                Dropout = architecture.Dropout ?? 0.1,
            },
        };
    }

    /// <summary>Fills in how to train.</summary>
    public static TrainingOptions Resolve(TrainingOptions training, SequenceSet data, bool hasValidation)
    {
        int batch = training.BatchSize ?? (data.Count < 500 ? 16 : 32);
        int stepsPerEpoch = Math.Max(1, (data.Count + batch - 1) / batch);
        double fraction = hasValidation ? 0 : training.ValidationFraction ?? (data.Count < 300 ? 0 : 0.1);
        int epochs = training.Epochs ?? Math.Clamp(1500 / stepsPerEpoch, 20, 200);
        return training with
        {
            BatchSize = batch,
            Epochs = epochs,
            LearningRate = training.LearningRate ?? 4e-3,
            ValidationFraction = fraction,
            Patience = training.Patience ?? Math.Max(10, epochs / 3),
        };
    }
}
