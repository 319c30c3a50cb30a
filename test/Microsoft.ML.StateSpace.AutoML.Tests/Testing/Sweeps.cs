using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>Small data and small networks, so that a trial takes a fraction of a second.</summary>
internal static class Sweeps
{
    /// <summary>Slow and fast oscillations, noisy enough that no network is always right.</summary>
    public static IDataView Classes(this MLContext ml, int count = 40, int seed = 1)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, count).Select(i =>
        {
            bool fast = i % 2 == 1;
            double phase = random.NextDouble() * Math.Tau;
            return new ClassRow
            {
                Features = [
                    .. Enumerable.Range(0, 12)
                    .Select(t => (float)(Math.Sin(phase + t * (fast ? 1.5 : 0.9)) + 0.8 * (random.NextDouble() - 0.5)))],
                Name = fast ? "fast" : "slow",
                IsFast = fast,
            };
        });
        var view = ml.Data.LoadFromEnumerable(rows.ToArray());
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(ClassRow.Name)).Fit(view).Transform(view);
    }

    /// <summary>The target is the running mean of the input.</summary>
    public static IDataView Signals(this MLContext ml, int count = 20, int seed = 7)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float[] input = [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle())];
            return new SignalRow { Input = input, Target = [.. input.Select((_, t) => 100 * input[..(t + 1)].Average())] };
        }).ToArray());
    }

    /// <summary>Oscillations around a level.</summary>
    public static IDataView Levels(this MLContext ml, int count = 30, int seed = 5)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            double level = 10 * random.NextDouble(), amplitude = random.NextDouble(), phase = random.NextDouble() * Math.Tau;
            return new LevelRow
            {
                Features = [.. Enumerable.Range(0, 12).Select(t => (float)(level + amplitude * Math.Sin(phase + t)))],
                Label = (float)level, Pair = [(float)level, (float)amplitude],
            };
        }).ToArray());
    }

    /// <summary>The tag of a step is whether the series rises there; at the first step nobody knows.</summary>
    public static IDataView Tags(this MLContext ml, int count = 30, int seed = 3)
    {
        var random = new Random(seed);
        var view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            double phase = random.NextDouble() * Math.Tau;
            float[] values = [.. Enumerable.Range(0, 10).Select(t => (float)Math.Sin(phase + 0.9 * t) + 0.5f * random.NextSingle())];
            return new TagRow
            {
                Features = values,
                Tags = [.. values.Select((value, t) => t == 0 ? "unknown" : value > values[t - 1] ? "rises" : "falls")],
            };
        }).ToArray());
        var keys = ml.Data.LoadFromEnumerable([new { Tag = "falls" }, new { Tag = "rises" }]);
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(TagRow.Tags), keyData: keys).Fit(view).Transform(view);
    }

    /// <summary>A tiny S5 whose learning rate alone is swept.</summary>
    public static SequenceClassificationOptions Tiny(int epochs = 9) => new()
    {
        Architecture = new S5Options { Layers = 1, ModelSize = 8, StateSize = 4, Dropout = 0 },
        Training = new() { Epochs = epochs, Threads = 1 },
    };

    public static SearchSpace.SearchSpace Rates() => new() { { "LearningRate", new UniformDoubleOption(1e-3, 0.05, true, 4e-3) } };

    /// <summary>An experiment on classes, with a training and a validation set.</summary>
    public static AutoMLExperiment Experiment(this MLContext ml, SweepableEstimator step, SequenceHalvingOptions options,
        IMonitor? monitor = null)
    {
        var experiment = ml.Experiment(step).SetSequenceHalving(options);
        return monitor is null ? experiment : experiment.SetMonitor(monitor);
    }

    /// <summary>The same before it is said how it is trained.</summary>
    public static AutoMLExperiment Experiment(this MLContext ml, SweepableEstimator step) => ml.Auto().CreateExperiment()
        .SetPipeline(step.Append(ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
        .SetDataset(ml.Classes(), ml.Classes(seed: 2))
        .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label");
}
