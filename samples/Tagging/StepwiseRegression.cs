using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Tagging;

/// <summary>
/// What can be done without a model of sequences: every time step is a row of its own, and ML.NET's multinomial logistic regression,
/// with its own defaults, says its state from the measurements of this step and of the steps around it. It has one thread, as a sum of
/// floating-point numbers from several could differ from run to run.
/// </summary>
internal static class StepwiseRegression
{
    /// <summary>Trains on some records, and returns the share of the time steps of others whose state is right.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="train">Records to learn from.</param>
    /// <param name="test">Records to be judged by.</param>
    /// <param name="around">Steps before a step, and as many after it, whose measurements are features too.</param>
    public static double Accuracy(
        MLContext mlContext, IReadOnlyList<MotorRecord> train, IReadOnlyList<MotorRecord> test, int around)
    {
        var schema = SchemaDefinition.Create(typeof(MotorStep));
        schema[nameof(MotorStep.Features)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, (2 * around + 1) * MotorRecord.Channels);
        IDataView Rows(IReadOnlyList<MotorRecord> records)
            => mlContext.Data.LoadFromEnumerable(records.SelectMany(record => Steps(record, around)).ToList(), schema);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.NormalizeMeanVariance("Features"))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new LbfgsMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 }));
        return mlContext.MulticlassClassification.Evaluate(pipeline.Fit(Rows(train)).Transform(Rows(test))).MicroAccuracy;
    }

    /// <summary>Before the first step the first is repeated, after the last the last.</summary>
    private static IEnumerable<MotorStep> Steps(MotorRecord record, int around)
    {
        int steps = record.Label.Length;
        for (int k = 0; k < steps; k++)
        {
            var features = new float[(2 * around + 1) * MotorRecord.Channels];
            for (int offset = -around; offset <= around; offset++)
            {
                int step = Math.Clamp(k + offset, 0, steps - 1);
                record.Features.AsSpan(step * MotorRecord.Channels, MotorRecord.Channels)
                    .CopyTo(features.AsSpan((offset + around) * MotorRecord.Channels));
            }
            yield return new MotorStep { Features = features, Label = record.Label[k] };
        }
    }

    private sealed class MotorStep
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
