using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>Makes one sequence of each group of a table's rows, such as all readings of a machine.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">The table, with one row a time step, the rows of a group together and in order.</param>
    /// <param name="groupColumnName">
    /// The column that says to which sequence a row belongs. <see langword="null"/> means that the table is one sequence.
    /// </param>
    /// <param name="featureColumnNames">The columns whose values are a time step.</param>
    /// <param name="labelColumnName">The label of a group, the same in all of its rows. <see langword="null"/> means none.</param>
    /// <param name="timeColumnName">The time of a row, for intervals. <see langword="null"/> means equal steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <example>
    /// <code>
    /// IDataView table = mlContext.Data.LoadFromTextFile&lt;Reading&gt;("readings.csv", ',', hasHeader: true);
    /// IDataView sequences = mlContext.Data.ToSequences(table, "Machine", ["Pressure", "Flow"], labelColumnName: "Fault");
    /// </code>
    /// </example>
    public static IDataView ToSequences(
        this DataOperationsCatalog catalog, IDataView data, string? groupColumnName, IReadOnlyList<string> featureColumnNames,
        string? labelColumnName = null, string? timeColumnName = null)
        => ToSequences(catalog, data, SequenceTableOptions.Of(groupColumnName, featureColumnNames, labelColumnName, timeColumnName));

    /// <summary>Makes one sequence of each group of a table's rows, such as all readings of a machine.</summary>
    /// <remarks>
    /// <para>Nothing is read before a cursor asks for it; then the table is read once, front to back, and what is in memory is one group.
    /// Only columns that are asked for are read. Errors of rows are thrown where the cursor gets to them, as
    /// <see cref="InvalidOperationException"/> with the number of the row, counted from 0.</para>
    /// <list type="table">
    /// <listheader><term>Column</term><description>Type</description></listheader>
    /// <item><term>the group</term><description>As in the table. Not there where there is no group column.</description></item>
    /// <item><term><c>Features</c></term><description>A vector of <see cref="float"/> in time-major order, with the dimensions
    /// (length, channels), or (length) for one channel, where a length of 0 varies; or a vector of keys. Its annotation
    /// <c>ChannelNames</c> has the names of the channels.</description></item>
    /// <item><term><c>Label</c></term><description>The label of the group, in its own type; or a vector with one for each time step. Not
    /// there where no label is named.</description></item>
    /// <item><term><c>Intervals</c></term><description>A vector of <see cref="float"/>: the time since the row before, in the usual step;
    /// 1 for the first row. Not there where there is no time column.</description></item>
    /// <item><term><c>FirstRow</c>, <c>LastRow</c></term><description>The places of the first and the last row of the sequence in the
    /// table, by which <c>FromSequences</c> finds the way back.</description></item>
    /// </list>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">The table, with one row a time step.</param>
    /// <param name="options">The columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView sequences = mlContext.Data.ToSequences(table, new SequenceTableOptions
    /// {
    ///     GroupColumnName = "Machine",
    ///     FeatureColumnNames = ["Pressure", "Flow"],
    ///     LabelColumnNames = ["Fault"],
    ///     TimeColumnName = "Time",
    /// });
    /// </code>
    /// </example>
    public static IDataView ToSequences(this DataOperationsCatalog catalog, IDataView data, SequenceTableOptions options)
        => SequencesOf(catalog, data, options);

    /// <summary>Cuts windows of a fixed number of rows from the groups of a table.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">The table, with one row a time step, the rows of a group together and in order.</param>
    /// <param name="length">The number of rows of a window.</param>
    /// <param name="groupColumnName">
    /// The column that says to which group a row belongs. <see langword="null"/> means that the table is one group.
    /// </param>
    /// <param name="featureColumnNames">The columns whose values are a time step.</param>
    /// <param name="labelColumnName">The label: its value in the last row of a window. <see langword="null"/> means none.</param>
    /// <param name="stride">The number of rows from the start of one window to that of the next.</param>
    /// <param name="horizon">How many rows behind the last row of a window its label stands.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or a number is out of its range.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView windows = mlContext.Data.ToWindows(table, 30, "Engine", ["Temperature", "Pressure"], labelColumnName: "Remaining");
    /// </code>
    /// </example>
    public static IDataView ToWindows(
        this DataOperationsCatalog catalog, IDataView data, int length, string? groupColumnName, IReadOnlyList<string> featureColumnNames,
        string? labelColumnName = null, int stride = 1, int horizon = 0)
        => ToWindows(catalog, data, WindowOptions.Of(length, groupColumnName, featureColumnNames, labelColumnName, stride, horizon));

    /// <summary>Cuts windows of a fixed number of rows from the groups of a table.</summary>
    /// <remarks>
    /// <para>The columns are those of <c>ToSequences</c>. Where all windows have the same length, the sizes of the vectors are known, so
    /// that other trainers of ML.NET take them as well. In memory there are as many rows as a window needs, whatever the size of the table
    /// and of its groups, and the name of each group that has been.</para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">The table, with one row a time step.</param>
    /// <param name="options">The columns, and which windows.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <example>
    /// <code>
    /// var options = new WindowOptions
    /// {
    ///     GroupColumnName = "Engine", FeatureColumnNames = ["Temperature", "Pressure"], LabelColumnNames = ["Remaining"], Length = 30,
    /// };
    /// IDataView windows = mlContext.Data.ToWindows(table, options);
    /// IDataView now = mlContext.Data.ToWindows(table, options with { LastOnly = true }); // the newest window of each engine
    /// </code>
    /// </example>
    public static IDataView ToWindows(this DataOperationsCatalog catalog, IDataView data, WindowOptions options)
        => SequencesOf(catalog, data, options);

    /// <summary>Brings predictions of sequences or windows back to the rows of the table that they were made of.</summary>
    /// <remarks>
    /// <para>The result has the rows and columns of the table (in sorted order where <see cref="TableOptions.SortsRows"/>), and behind them
    /// the columns of the predictions: all but those that the options made, or those that are named.</para>
    /// <para>An answer for each time step goes to its row. Where windows overlap, a row takes that of the first window that holds it, which
    /// has seen the most rows before it. An answer for a group goes to all of its rows, and one for a window to its last row. Where there
    /// is a <see cref="WindowOptions.Horizon"/>, answers go so many rows further, to the rows that they predict; what is predicted beyond
    /// the end of a group has no row.</para>
    /// <para>A row without an answer has the missing value: NaN, the missing key, empty text, and the default of other types. Predictions
    /// may be filtered, but must stay in their order. Table and predictions are read once, side by side, when a cursor asks for
    /// it.</para>
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="predictions">Transformed sequences or windows, which still have the columns <c>FirstRow</c> and <c>LastRow</c>.</param>
    /// <param name="table">The table that they were made of.</param>
    /// <param name="options">The options by which they were made.</param>
    /// <param name="columnNames">The columns to bring. None means all that the options did not make.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <example>
    /// <code>
    /// IDataView windows = mlContext.Data.ToWindows(table, options);
    /// IDataView rows = mlContext.Data.FromSequences(model.Transform(windows), table, options, "Score");
    /// </code>
    /// </example>
    public static IDataView FromSequences(
        this DataOperationsCatalog catalog, IDataView predictions, IDataView table, TableOptions options, params string[] columnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(columnNames);
        options.Validate();
        var layout = new TableLayout(table.Schema, options, needsLabels: false);
        return new JoinedView(new Joining(predictions.Schema, layout, columnNames), predictions, table);
    }

    private static TableView SequencesOf(DataOperationsCatalog catalog, IDataView data, TableOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new TableView(new TableLayout(data.Schema, options, needsLabels: true), data);
    }
}
