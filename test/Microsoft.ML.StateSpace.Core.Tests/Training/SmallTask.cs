using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>A task that a small network learns in a few epochs: which of two frequencies a noisy sine has.</summary>
internal static class SmallTask
{
    public static SequenceModelOptions Model { get; } = new()
    {
        Task = SequenceTask.Classification,
        Inputs = 1,
        Outputs = 2,
        DerivedInputs = new(),
        Architecture = new LruOptions { Layers = 1, ModelSize = 8, StateSize = 6, Bidirectional = true, Dropout = 0.1, RadiusMinimum = 0.8,
            RadiusMaximum = 0.99, Pooling = Pooling.Mean },
    };

    /// <summary>Every choice made, so that the library's own may change.</summary>
    public static TrainingOptions Training { get; } = new()
    {
        Seed = 7, Epochs = 6, BatchSize = 8, LearningRate = 0.01, StateSpaceRateFactor = 0.5, WeightDecay = 0.05, WarmupFraction = 0.1,
        GradientClip = 1,
        LabelSmoothing = 0, ValidationFraction = 0, Threads = 2,
    };

    /// <summary>
    /// Sequences with their classes. Of every ten, the first <paramref name="mistaken"/> have the wrong class: so the loss grows as the
    /// model grows sure of the right ones.
    /// </summary>
    public static SequenceSet Data(int count = 48, int seed = 1, int mistaken = 0)
    {
        var random = new Random(seed);
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < count; i++)
        {
            int label = i % 2;
            double phase = Math.Tau * random.NextDouble(), frequency = label == 0 ? 0.3 : 0.7;
            var values = new float[random.Next(20, 60)];
            for (int t = 0; t < values.Length; t++)
                values[t] = (float)(Math.Sin(frequency * t + phase) + 0.5 * Initialize.Gaussian(random));
            data.Add(values, i % 10 < mistaken ? 1 - label : label);
        }
        return data;
    }

    /// <summary>The loss and accuracy of a trained model, computed anew.</summary>
    public static (double Loss, double Accuracy) Score(TrainedModel model, SequenceSet data)
    {
        var network = new SequenceNetwork(model.Options);
        using var engine = new CpuEngine(network, model.Parameters, new TrainingOptions { Threads = 1 });
        return new Evaluation(network, data, new TrainingOptions(), model.Parameters.Values).Run(engine);
    }
}

/// <summary>Keeps the reports of a training, and does something at each.</summary>
internal sealed class Reports(Action<TrainingProgress>? then = null) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _all = [];

    public IReadOnlyList<TrainingProgress> All => _all;

    public TrainingProgress Best => _all.Last(report => report.IsBest);

    public void Report(TrainingProgress value)
    {
        _all.Add(value);
        then?.Invoke(value);
    }
}
