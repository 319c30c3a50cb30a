using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Data.TimeSeriesFiles;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

/// <summary>Where ML.NET users find the state-space models: on the catalogs of their <see cref="MLContext"/>.</summary>
public static class StateSpaceCatalogExtensions
{
    extension(TransformsCatalog catalog)
    {
        /// <summary>Deep state-space sequence models.</summary>
        public StateSpaceCatalog StateSpace => new(Friend.EnvironmentOf(catalog));
    }

    /// <summary>Loads a file in the <c>.ts</c> format of the UCR/UEA time-series archive (timeseriesclassification.com) into memory.</summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Column</term><description>Type</description></listheader>
    /// <item><term><c>Features</c></term><description>A vector of <see cref="float"/>, time-major, with the dimensions (length, channels), or (length) of a single channel; (0, channels) where the
    /// series differ in length. NaN where a value is missing.</description></item>
    /// <item><term><c>Label</c></term><description>A key whose values are the classes in the order of the header; or <see cref="float"/> where the file has a numeric target.</description></item>
    /// </list>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is not in that format; the message names the line.</exception>
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return TsFile.Load(path);
    }

    /// <summary>Tells the class of a sequence; the same as <c>mlContext.Transforms.StateSpace.SequenceClassification</c>.</summary>
    /// <param name="catalog">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="labelColumnName">The label: a key column.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="architecture">The network; <see langword="null"/> is S5 with sizes chosen from the data.</param>
    /// <param name="epochs">Largest number of passes over the data; <see langword="null"/> is chosen from the data.</param>
    /// <param name="channels">Values of a time step; <see langword="null"/> is the last of the column's dimensions where it has several, else 1.</param>
    /// <param name="progress">Receives a report after every epoch.</param>
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

    /// <summary>Tells the class of a sequence; the same as <c>mlContext.Transforms.StateSpace.SequenceClassification</c>.</summary>
    public static SequenceClassificationEstimator StateSpace(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, SequenceClassificationOptions options)
        => new(Friend.EnvironmentOf(catalog), options);

    /// <summary>Answers a yes-or-no question about a sequence.</summary>
    /// <param name="catalog">The trainers of <c>mlContext.BinaryClassification</c>.</param>
    /// <param name="labelColumnName">The label: a Boolean column.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="architecture">The network; <see langword="null"/> is S5 with sizes chosen from the data.</param>
    /// <param name="epochs">Largest number of passes over the data; <see langword="null"/> is chosen from the data.</param>
    /// <param name="channels">Values of a time step; <see langword="null"/> is the last of the column's dimensions where it has several, else 1.</param>
    /// <param name="progress">Receives a report after every epoch.</param>
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

    /// <summary>Answers a yes-or-no question about a sequence.</summary>
    public static BinarySequenceClassificationEstimator StateSpace(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, BinarySequenceClassificationOptions options)
        => new(Friend.EnvironmentOf(catalog), options);
}
