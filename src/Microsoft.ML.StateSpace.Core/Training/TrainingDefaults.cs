using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What is chosen where the options leave a value open. The choice depends on the number of training sequences n. With a
/// <see cref="TrainingOptions.Window"/> each window counts as a sequence, except for the ValidationFraction, since whole sequences are held
/// out:
/// <list type="table">
/// <listheader><term>Option</term><description>Rule</description></listheader>
/// <item><term>Layers</term><description>3; more where AttentionEvery of a GriffinScaffold is more.</description></item>
/// <item><term>ModelSize, StateSize</term><description>64 channels. 32 complex states (rounded up to a multiple of S5's Blocks); 32 real
/// ones for SSD, 16 for S6; as many as channels with L2RU's Square; none for RG-LRU, whose channels are its states.</description></item>
/// <item><term>Bidirectional</term><description>Yes, but no for one value a time step.</description></item>
/// <item><term>Dropout</term><description>0.1. 0 for one value a time step, where dropout costs accuracy, and in certified models, which
/// cannot have any.</description></item>
/// <item><term>Pooling</term><description>The mean.</description></item>
/// <item><term>StepSizeMinimum, StepSizeMaximum</term><description>0.001 and 0.1 for one answer a sequence. For one answer a time step 10 /
/// T within [0.001, 0.1] and 100 / T within [0.1, 1], where T is the mean length: a state that remembers longer than the records last is
/// not trained, and spoils the outputs of longer records.</description></item>
/// <item><term>MissingValues</term><description>None without missing values in the training sequences; else forward fill, and the mean in
/// certified models.</description></item>
/// <item><term>DerivedInputs</term><description>The differences of the channels for a class a sequence; nothing for other tasks, tokens,
/// and certified models.</description></item>
/// <item><term>BatchSize</term><description>16; 32 from n = 500 on.</description></item>
/// <item><term>LabelSmoothing</term><description>0.1; 0 from n = 5,000 on.</description></item>
/// <item><term>LearningRate</term><description>0.004.</description></item>
/// <item><term>Epochs</term><description>As many as make 1,500 optimiser steps, but at least 20 (or, where that is less, as many as make
/// 7,500 steps, for a value a sequence 1,500, at least 4), and at most 120 for one answer a sequence, or as many as make 750
/// steps.</description></item>
/// <item><term>ValidationFraction</term><description>0.1 from n = 300 on, for a class a sequence from n = 5,000 on. Below, all sequences
/// are trained on for all epochs, and the learning rate falls to zero with the last epoch.</description></item>
/// <item><term>Patience</term><description>A third of the epochs, at least 10.</description></item>
/// <item><term>With a Method</term><description>No dropout, nothing held out, as many iterations as the method usually takes: 200 for
/// Levenberg-Marquardt, 600 for L-BFGS, 1,000 for gradient descent; BatchSize and LearningRate stay open.</description></item>
/// </list>
/// Measured on ItalyPowerDemand, GunPoint, SyntheticControl, BasicMotions, JapaneseVowels, digits, cascaded tanks and fourteen more sets of
/// the archive; none of them gets a rule of its own.
/// </summary>
internal static class TrainingDefaults
{
    private const int Steps = 1500, FewestSteps = 750, FewestEpochs = 20, FewestEpochsOfMany = 4;

    /// <summary>Fills in the sizes of the network.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="data">The training sequences, cut into windows.</param>
    public static SequenceModelOptions Resolve(SequenceModelOptions options, SequenceSource data)
    {
        double length = Enumerable.Range(0, data.Count).Average(data.Length);
        var defaults = TaskDefaults.Of(options.Task);
        var network = (NetworkOptions)options.Architecture;
        var core = network.Core;
        var (shortest, longest) = defaults.StepSizes(length);
        var architecture = core.FillStepSizes(network, shortest, longest);
        return options with
        {
            MissingValues = MissingOf(options, data),
            DerivedInputs = DerivedDefaults.Of(options),
            MeanSteps = DerivedDefaults.MeanSteps(options.DerivedInputs, data),
            Architecture = architecture with
            {
                Layers = architecture.Layers ?? Math.Max(3, architecture.ChosenScaffold.FewestLayers),
                ModelSize = architecture.ModelSize ?? 64,
                StateSize = architecture.StateSize ?? (core.HasStateSize ? core.UsualStateSize(architecture) : null),
                Bidirectional = architecture.Bidirectional ?? (defaults.IsBidirectional && core.IsUsuallyBidirectional),
                Dropout = architecture.Dropout ?? (architecture.ChosenScaffold.HasDropout ? defaults.Dropout : 0),
                Pooling = architecture.Pooling ?? Pooling.Mean,
                Scaffold = architecture.ChosenScaffold,
                Norm = architecture.ChosenNorm,
            },
        };
    }

    /// <summary>
    /// What stands for missing values. A certified gain is that of the inputs as they are, and a value that is repeated counts as often as
    /// it is; so what is missing in the input of a certified model is its mean.
    /// </summary>
    public static MissingValues? MissingOf(SequenceModelOptions options, SequenceSource data)
    {
        bool isCertified = options.Architecture is NetworkOptions { Core.IsCertified: true };
        if (options.Vocabulary > 0 || !data.HasMissing)
            return null;
        if (isCertified && options.MissingValues == MissingValues.ForwardFill)
            throw new ArgumentException(
                "A certified model cannot fill missing values forward: a value that is repeated counts each time, and its gain would not "
                + "be bounded. Set MissingValues to Mean, or leave it null.");
        return options.MissingValues ?? (isCertified ? MissingValues.Mean : MissingValues.ForwardFill);
    }

    /// <summary>Fills in how to train.</summary>
    /// <param name="training">What is set.</param>
    /// <param name="task">What the model predicts.</param>
    /// <param name="data">The training sequences, cut into windows.</param>
    /// <param name="wholeSequences">Number of sequences before they were cut into windows.</param>
    /// <param name="hasValidation">Whether the caller has given a validation set.</param>
    public static TrainingOptions Resolve(
        TrainingOptions training, SequenceTask task, SequenceSource data, int wholeSequences, bool hasValidation)
    {
        var defaults = TaskDefaults.Of(task);
        if (training.Method is DescentOptions descent)
            return Resolve(training, descent, defaults, data.Count, hasValidation);
        int batch = training.BatchSize ?? (data.Count < 500 ? 16 : 32);
        int stepsPerEpoch = (int)(((long)data.Count + batch - 1) / batch);
        int fewest = Math.Clamp(defaults.EnoughSteps / stepsPerEpoch, FewestEpochsOfMany, FewestEpochs);
        int epochs = training.Epochs
            ?? Math.Max(Math.Clamp(Steps / stepsPerEpoch, fewest, defaults.MostEpochs), (FewestSteps + stepsPerEpoch - 1) / stepsPerEpoch);
        return training with
        {
            BatchSize = batch,
            Epochs = epochs,
            LabelSmoothing = training.LabelSmoothing ?? (data.Count < 5000 ? defaults.LabelSmoothing : 0),
            LearningRate = training.LearningRate ?? 4e-3,
            ValidationFraction = hasValidation
                ? 0
                : training.ValidationFraction ?? (training.Method is not null || wholeSequences < defaults.HoldOutFrom ? 0 : 0.1),
            Patience = training.Patience ?? Math.Max(10, epochs / 3),
        };
    }

    // Nothing is held out where nothing was asked for: the objective itself tells when to end.
    private static TrainingOptions Resolve(
        TrainingOptions training, DescentOptions method, TaskDefaults defaults, int count, bool hasValidation)
    {
        int epochs = training.Epochs ?? method.UsualIterations;
        return training with
        {
            Epochs = epochs,
            LabelSmoothing = training.LabelSmoothing ?? (count < 5000 ? defaults.LabelSmoothing : 0),
            ValidationFraction = hasValidation ? 0 : training.ValidationFraction ?? 0,
            Patience = training.Patience ?? Math.Max(10, epochs / 3),
        };
    }
}
