using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>Sequences of two classes, and a network that learns them in no time.</summary>
internal static class Rows
{
    public static readonly S5Options Small = new() { Layers = 1, ModelSize = 8, StateSize = 4 };

    public static readonly TrainingOptions Quick = new() { Epochs = 3, ValidationFraction = 0.25, BatchSize = 8, Seed = 5 };

    public static IDataView Of(MLContext ml)
    {
        var random = new Random(1);
        var rows = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 24).Select(i => new Row
            {
                Class = i % 2 == 0 ? "up" : "down",
                Features = [.. Enumerable.Range(0, 8).Select(t => (i % 2 == 0 ? t : -t) + random.NextSingle())],
            }).ToArray());
        return ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
    }

    public static SequenceClassificationTransformer Fit(
        MLContext ml, IProgress<TrainingProgress> progress, ArchitectureOptions? architecture = null, TrainingOptions? training = null)
        => ml.Transforms.StateSpace.SequenceClassification(
            new SequenceClassificationOptions
            {
                Architecture = architecture ?? Small, Training = (training ?? Quick) with { Progress = progress },
            }).Fit(Of(ml));

    /// <summary>A model of sequences with two channels, which an odd number of values cannot be.</summary>
    public static SequenceClassificationTransformer FitPairsOfChannels(MLContext ml)
        => ml.Transforms.StateSpace.SequenceClassification(
            new SequenceClassificationOptions { Architecture = Small, Training = Quick, Channels = 2 }).Fit(Of(ml));

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
