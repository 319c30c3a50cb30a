using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.TimeSeriesFiles;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

/// <summary>Adds the state-space models to the catalogs of an <see cref="MLContext"/>.</summary>
public static partial class StateSpaceCatalogExtensions
{
    extension(TransformsCatalog catalog)
    {
        /// <summary>The estimators of deep state-space sequence models.</summary>
        /// <example>
        /// <code>
        /// var estimator = mlContext.Transforms.StateSpace.SequenceClassification();
        /// </code>
        /// </example>
        public StateSpaceCatalog StateSpace => new(Friend.EnvironmentOf(catalog));
    }

    /// <summary>
    /// The estimators of deep state-space sequence models. The same as the property <c>mlContext.Transforms.StateSpace</c>, for languages
    /// that have no extension properties: F#, Visual Basic, and C# before version 14.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Transforms</c>.</param>
    /// <example>
    /// <code>
    /// let estimator = mlContext.Transforms.StateSpaceCatalog().SequenceClassification()    // F#
    /// </code>
    /// </example>
    public static StateSpaceCatalog StateSpaceCatalog(this TransformsCatalog catalog) => catalog.StateSpace;

    /// <summary>
    /// Loads a file in the <c>.ts</c> format of the UCR/UEA time-series archive (timeseriesclassification.com) into memory.
    /// </summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Column</term><description>Type</description></listheader>
    /// <item><term><c>Features</c></term><description>A vector of <see cref="float"/> in time-major order. Its dimensions are
    /// (length, channels), or (length) for a single channel. They are (0, channels) if the series differ in length. A missing value is
    /// NaN.</description></item>
    /// <item><term><c>Label</c></term><description>A key whose values are the classes that <c>@classLabel</c> names, or a
    /// <see cref="float"/> if the file has a numeric target (<c>@targetLabel true</c>). Absent if it has neither.</description></item>
    /// </list>
    /// <para><b>Keys.</b> Classes are in one order, whatever that of the header: by value if all are numbers, otherwise as ordinal text. So
    /// the files of a data set have the same keys if their headers name the same classes. Some writers name only the classes of the file's
    /// own rows. Where that may be, let the pipeline make the keys, from the rows that it is fitted to:
    /// <c>mlContext.Transforms.Conversion.MapKeyToValue("Label")</c>, then <c>MapValueToKey("Label")</c>. A classifier refuses to transform
    /// rows whose label keys mean other classes than in training.</para>
    /// <para><b>Header.</b> Names of its lines are case-insensitive; unknown ones are ignored. <c>@dimensions</c> and
    /// <c>@seriesLength</c> may be left out, or be 0 or -1, where the number is not known: the series tell. The size of <c>Features</c> is
    /// known if <c>@equalLength</c> is true, or if the file does not say and all series have one length.</para>
    /// <para><b>Series.</b> All dimensions of a series have the same length. A missing value is <c>?</c> or <c>NaN</c>, a missing label
    /// <c>?</c> or nothing: it is then the missing key, or NaN.</para>
    /// <para><b>Time stamps</b> (<c>@timeStamps true</c>, values written as <c>(stamp,value)</c>) are dropped: only the order of the values
    /// counts. Where the steps are not equally far apart, put the times between them into a column of their own, and name it as
    /// <see cref="SequenceTaskOptions.IntervalColumnName"/>.</para>
    /// <para>Files of the archive in other formats (<c>.arff</c>, tables of text) are refused.</para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not in that format. The message names the file, the line and what to change.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView trainData = mlContext.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// IDataView testData = mlContext.Data.LoadFromTsFile("JapaneseVowels_TEST.ts");
    /// var pipeline = mlContext.Transforms.Conversion.MapKeyToValue("Label") // the keys of the pipeline are those of the training rows
    ///     .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
    ///     .Append(mlContext.MulticlassClassification.Trainers.StateSpace());
    /// var metrics = mlContext.MulticlassClassification.Evaluate(pipeline.Fit(trainData).Transform(testData));
    /// Console.WriteLine($"accuracy {metrics.MicroAccuracy:p1}");
    /// </code>
    /// </example>
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return TsFile.Load(path);
    }
}
