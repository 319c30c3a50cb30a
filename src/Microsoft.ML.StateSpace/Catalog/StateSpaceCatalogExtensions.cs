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
    /// <item><term><c>Intervals</c></term><description>A vector of <see cref="float"/>, (length): the time since the step before, in units
    /// of <paramref name="intervalUnit"/>; the first step has 1. Absent if the file has no time stamps.</description></item>
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
    /// <para><b>Time stamps</b> (<c>@timeStamps true</c>, values written as <c>(stamp,value)</c>) are dates, or numbers of any unit, and
    /// later at every step; all dimensions of a series have the same. They become the column <c>Intervals</c>, which a model reads where
    /// it is named as <see cref="SequenceTaskOptions.IntervalColumnName"/>; else only the order of the values counts.</para>
    /// <para>Files of the archive in other formats (<c>.arff</c>, tables of text) are refused.</para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="intervalUnit">
    /// The time that is 1 in the column <c>Intervals</c>: in seconds where time stamps are dates, in units of the stamps where they are
    /// numbers. Where files of one data set may have different usual steps, give it, so that an interval means the same in all of them.
    /// Default: <see langword="null"/>, the median step of the file.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="intervalUnit"/> is no positive number.</exception>
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
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path, double? intervalUnit = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return TsFile.Load(path, intervalUnit);
    }

    /// <summary>
    /// Loads a file in the <c>.tsf</c> format of the Monash time-series forecasting archive (forecastingdata.org) into memory, as a long
    /// table: one row a value, series after series.
    /// </summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Column</term><description>Type</description></listheader>
    /// <item><term>the attributes</term><description>Those that the header names with <c>@attribute</c>, such as <c>series_name</c>: text,
    /// a <see cref="float"/> (<c>numeric</c>) or a <see cref="DateTime"/> (<c>date</c>), the same in all rows of a
    /// series.</description></item>
    /// <item><term><c>Index</c></term><description>The place of the value in its series, an <see cref="int"/> from 0.</description></item>
    /// <item><term><c>Time</c></term><description>The time of the value, a <see cref="DateTime"/>: that of <c>start_timestamp</c> and so
    /// many steps of the <c>@frequency</c>. Absent if the file does not have both.</description></item>
    /// <item><term><c>Value</c></term><description>A <see cref="float"/>. A missing value is NaN.</description></item>
    /// </list>
    /// <para>A frequency is <c>yearly</c>, <c>quarterly</c>, <c>monthly</c>, <c>weekly</c>, <c>daily</c>, <c>hourly</c>,
    /// <c>half_hourly</c>, <c>minutely</c>, <c>secondly</c>, or a number with a unit, such as <c>10_minutes</c> or <c>4_seconds</c>. Other
    /// lines of the header are ignored.</para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not in that format. The message names the file, the line and what to change.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView table = mlContext.Data.LoadFromTsfFile("tourism_monthly_dataset.tsf");
    /// IDataView windows = mlContext.Data.ToWindows(table, 36, "series_name", ["Value"], labelColumnName: "Value", horizon: 1);
    /// </code>
    /// </example>
    public static IDataView LoadFromTsfFile(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return TsfFile.Load(path);
    }

    /// <summary>
    /// Writes sequences with their labels as a file in the <c>.ts</c> format of the UCR/UEA time-series archive, which
    /// <see cref="LoadFromTsFile"/>, aeon and sktime read. The file is written whole or not at all; the rows are read twice.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">The rows, one a sequence.</param>
    /// <param name="path">The path of the file. Its name without the ending becomes the <c>@problemName</c>.</param>
    /// <param name="featureColumnName">
    /// The column with the sequences: a vector of <see cref="float"/> in time-major order, of any length. NaN is written as <c>?</c>.
    /// </param>
    /// <param name="labelColumnName">
    /// The column with the labels: a key or a <see cref="bool"/>, which become classes, or a <see cref="float"/>, which becomes a numeric
    /// target. <see langword="null"/> writes none.
    /// </param>
    /// <param name="intervalColumnName">
    /// The column with the time since the step before, for each time step: a vector of <see cref="float"/>. The values are then written
    /// with time stamps, which count from 0 at the first step. Default: <see langword="null"/>, no time stamps.
    /// </param>
    /// <param name="channels">
    /// Number of values in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has several,
    /// otherwise 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row or a class cannot be written in this format. The message names it, and what to change.
    /// </exception>
    /// <example>
    /// <code>
    /// mlContext.Data.SaveAsTsFile(trainData, "Machines_TRAIN.ts");
    /// </code>
    /// </example>
    public static void SaveAsTsFile(
        this DataOperationsCatalog catalog, IDataView data, string path, string featureColumnName = "Features",
        string? labelColumnName = "Label", string? intervalColumnName = null, int? channels = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        new TsWriter(data, featureColumnName, labelColumnName, intervalColumnName, channels).Write(path);
    }
}
