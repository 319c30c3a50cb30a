using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model to tag sequences: it predicts one of several classes for each time step.
    /// </summary>
    /// <param name="labelColumnName">
    /// The tags: a vector of keys as long as the sequence. A time step with the missing key is not labelled.
    /// </param>
    /// <param name="featureColumnName">The sequence: a vector of Single in time-major order, or a vector of keys (tokens).</param>
    /// <param name="architecture">The network. <see langword="null"/> means S5 with sizes chosen from the data.</param>
    /// <param name="epochs">
    /// The largest number of passes over the data. <see langword="null"/> means that it is chosen from the data.
    /// </param>
    /// <param name="channels">
    /// Number of values in a time step. <see langword="null"/> means the last of the column's dimensions if it has several, otherwise 1.
    /// </param>
    /// <param name="progress">Receives a report after every epoch.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.Transforms.StateSpace.SequenceTagging(labelColumnName: "Label", featureColumnName: "Features"));
    /// ITransformer model = pipeline.Fit(trainData);
    /// </code>
    /// </example>
    public SequenceTaggingEstimator SequenceTagging(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => SequenceTagging(new()
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
            Channels = channels,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>
    /// Creates an estimator that trains a deep state-space model to tag sequences: it predicts one of several classes for each time step.
    /// </summary>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.SequenceTagging(new SequenceTaggingOptions
    /// {
    ///     Channels = 3,
    ///     Architecture = new S5Options { Layers = 2, ModelSize = 32, Bidirectional = false }, // so that it can stream
    /// });
    /// SequenceTaggingTransformer model = estimator.Fit(trainData);
    /// </code>
    /// </example>
    public SequenceTaggingEstimator SequenceTagging(SequenceTaggingOptions options) => new(_environment, options);

    /// <summary>Compares predicted tags with the true ones, over all labelled time steps of all rows.</summary>
    /// <param name="data">The rows, which have both columns.</param>
    /// <param name="labelColumnName">The true tags: a vector of keys. Time steps with the missing key do not count.</param>
    /// <param name="predictedLabelColumnName">The predicted tags: a vector of keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The two columns of a row differ in length, their keys mean different tags, or no time step is labelled.
    /// </exception>
    /// <example>
    /// <code>
    /// SequenceTaggingMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(testData));
    /// Console.WriteLine(metrics.ConfusionTable);
    /// </code>
    /// </example>
    public SequenceTaggingMetrics EvaluateSequenceTagging(
        IDataView data, string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel")
        => SequenceTaggingEvaluator.Evaluate(data, labelColumnName, predictedLabelColumnName);
}
