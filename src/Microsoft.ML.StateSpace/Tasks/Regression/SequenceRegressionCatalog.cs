using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Creates an estimator that trains a deep state-space model for regression: it predicts a number, or a vector, for each sequence.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.Regression</c>.</param>
    /// <param name="labelColumnName">The target: a Single, or a vector of Single of known size.</param>
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
    /// var trainer = mlContext.Regression.Trainers.StateSpace(labelColumnName: "Label", featureColumnName: "Features");
    /// SequenceRegressionTransformer model = trainer.Fit(trainData);
    /// RegressionMetrics metrics = mlContext.Regression.Evaluate(model.Transform(testData));
    /// </code>
    /// </example>
    public static SequenceRegressionEstimator StateSpace(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        ArchitectureOptions? architecture = null,
        int? epochs = null,
        int? channels = null,
        IProgress<TrainingProgress>? progress = null)
        => StateSpace(catalog, new()
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Architecture = architecture,
            Channels = channels,
            Training = new() { Epochs = epochs, Progress = progress },
        });

    /// <summary>
    /// Creates an estimator that trains a deep state-space model for regression: it predicts a number, or a vector, for each sequence.
    /// </summary>
    /// <param name="catalog">The trainers of <c>mlContext.Regression</c>.</param>
    /// <param name="options">Columns, network and training.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var trainer = mlContext.Regression.Trainers.StateSpace(new SequenceRegressionOptions
    /// {
    ///     Training = new TrainingOptions { Loss = ValueLossKind.Huber, Seed = 1 },
    /// });
    /// SequenceRegressionTransformer model = trainer.Fit(trainData);
    /// </code>
    /// </example>
    public static SequenceRegressionEstimator StateSpace(
        this RegressionCatalog.RegressionTrainers catalog, SequenceRegressionOptions options)
        => new(Friend.EnvironmentOf(catalog), options);
}
