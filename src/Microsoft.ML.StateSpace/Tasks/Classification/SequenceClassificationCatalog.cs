using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

public sealed partial class StateSpaceCatalog
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model to classify sequences: it predicts one of several classes for each
    /// sequence.
    /// </summary>
    /// <param name="labelColumnName">The label: a key column.</param>
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
    ///     .Append(mlContext.Transforms.StateSpace.SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"))
    ///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
    /// ITransformer model = pipeline.Fit(trainData);
    /// IDataView predictions = model.Transform(testData);
    /// </code>
    /// </example>
    public SequenceClassificationEstimator SequenceClassification(
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => SequenceClassification(new SequenceClassificationOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
            Channels = channels,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>
    /// Creates an estimator that trains a deep state-space model to classify sequences: it predicts one of several classes for each
    /// sequence.
    /// </summary>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var estimator = mlContext.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions
    /// {
    ///     Architecture = new LruOptions { Layers = 2, ModelSize = 64, StateSize = 64 },
    ///     Training = new TrainingOptions { Epochs = 30, BatchSize = 16, Seed = 1 },
    /// });
    /// SequenceClassificationTransformer model = estimator.Fit(trainData);
    /// </code>
    /// </example>
    public SequenceClassificationEstimator SequenceClassification(SequenceClassificationOptions options) => new(_environment, options);
}

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model to classify sequences: it predicts one of several classes for each
    /// sequence. The same as <c>mlContext.Transforms.StateSpace.SequenceClassification</c>.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="labelColumnName">The label: a key column.</param>
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
    ///     .Append(mlContext.MulticlassClassification.Trainers.StateSpace(labelColumnName: "Label", featureColumnName: "Features"))
    ///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
    /// ITransformer model = pipeline.Fit(trainData);
    /// var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
    /// </code>
    /// </example>
    public static SequenceClassificationEstimator StateSpace(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => new StateSpaceCatalog(Friend.EnvironmentOf(catalog)).SequenceClassification(
            labelColumnName, featureColumnName, architecture, epochs, channels, progress);

    /// <summary>
    /// Creates an estimator that trains a deep state-space model to classify sequences: it predicts one of several classes for each
    /// sequence. The same as <c>mlContext.Transforms.StateSpace.SequenceClassification</c>.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var trainer = mlContext.MulticlassClassification.Trainers.StateSpace(new SequenceClassificationOptions
    /// {
    ///     Architecture = new S6Options { Layers = 2 },
    ///     Training = new TrainingOptions { Epochs = 30, Seed = 1 },
    /// });
    /// SequenceClassificationTransformer model = trainer.Fit(trainData);
    /// </code>
    /// </example>
    public static SequenceClassificationEstimator StateSpace(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, SequenceClassificationOptions options)
        => new(Friend.EnvironmentOf(catalog), options);
}
