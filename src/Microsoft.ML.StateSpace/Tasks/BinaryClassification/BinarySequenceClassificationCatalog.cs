using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model for binary classification: it answers a yes-or-no question about each
    /// sequence.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.BinaryClassification</c>.</param>
    /// <param name="labelColumnName">The label: a Boolean column.</param>
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
    /// var trainer = mlContext.BinaryClassification.Trainers.StateSpace(labelColumnName: "Label", featureColumnName: "Features");
    /// BinarySequenceClassificationTransformer model = trainer.Fit(trainData);
    /// var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(testData));
    /// Console.WriteLine($"AUC {metrics.AreaUnderRocCurve:f3}");
    /// </code>
    /// </example>
    public static BinarySequenceClassificationEstimator StateSpace(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => StateSpace(catalog, new BinarySequenceClassificationOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
            Channels = channels,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>
    /// Creates an estimator that trains a deep state-space model for binary classification: it answers a yes-or-no question about each
    /// sequence.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.BinaryClassification</c>.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var trainer = mlContext.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
    /// {
    ///     Architecture = new S5Options { Layers = 2, ModelSize = 32 },
    ///     Training = new TrainingOptions { ClassWeights = [1, 5], Seed = 1 },
    /// });
    /// BinarySequenceClassificationTransformer model = trainer.Fit(trainData);
    /// </code>
    /// </example>
    public static BinarySequenceClassificationEstimator StateSpace(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, BinarySequenceClassificationOptions options)
        => new(Friend.EnvironmentOf(catalog), options);
}
