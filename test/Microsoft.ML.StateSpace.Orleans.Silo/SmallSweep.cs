using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>The sweep that all silos have: the learning rate of a small network that tells slow oscillations from fast ones.</summary>
internal static class SmallSweep
{
    public const string Name = "oscillations";

    private const int Length = 12;

    /// <param name="context">Whose seed decides what is drawn.</param>
    /// <param name="rows">Rows of the data on which is trained.</param>
    public static AutoMLExperiment Experiment(MLContext context, int rows)
    {
        var step = context.Auto().SequenceClassification(
            new SequenceClassificationOptions
            {
                Architecture = new S5Options { Layers = 1, ModelSize = 8, StateSize = 4, Dropout = 0 },
                Training = new() { Epochs = 9, Threads = 1 },
            },
            searchSpace: new() { { "LearningRate", new UniformDoubleOption(1e-3, 0.05, true, 4e-3) } });
        return context.Auto().CreateExperiment()
            .SetPipeline(step.Append(context.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetDataset(Rows(context, rows, seed: 1), Rows(context, 40, seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label");
    }

    // Noisy enough that no network is always right.
    private static IDataView Rows(MLContext context, int count, int seed)
    {
        var random = new Random(seed);
        var rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
        {
            double phase = random.NextDouble() * Math.Tau, speed = i % 2 == 0 ? 0.9 : 1.5;
            return new Row
            {
                Class = i % 2 == 0 ? "slow" : "fast",
                Features =
                [
                    .. Enumerable.Range(0, Length).Select(t => (float)(Math.Sin(phase + (t * speed)) + (0.8 * random.NextDouble()))),
                ],
            };
        }).ToArray());
        return context.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)).Fit(rows).Transform(rows);
    }

    private sealed class Row
    {
        public string Class { get; set; } = "";

        [VectorType(Length)]
        public float[] Features { get; set; } = [];
    }
}
