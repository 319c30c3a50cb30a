using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tables;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceTableTransformer), null,
    typeof(SignatureLoadModel), "", SequenceTableTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Makes sequences of the rows of a table. Created by <see cref="SequenceTableEstimator"/>. It is saved with a pipeline, so that one file
/// leads from a table to predictions.
/// </summary>
public sealed class SequenceTableTransformer : ITransformer
{
    internal const string LoaderName = "StateSpaceTable";
    private const string Signature = "SSTABLES";

    internal SequenceTableTransformer(TableOptions options) => Options = options;

    /// <summary>The options. Where there is a time column, the unit of time is filled in.</summary>
    public TableOptions Options { get; }

    /// <summary>Always <see langword="false"/>: a sequence is made of many rows.</summary>
    public bool IsRowToRowMapper => false;

    /// <summary>Returns the columns of the sequences.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new TableLayout(inputSchema, Options, needsLabels: false).Schema;
    }

    /// <summary>
    /// Returns the sequences of a table. They are made when they are read. Where the table lacks a column of labels, the sequences have no
    /// labels, and no window is left out for want of one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TableView(new TableLayout(input.Schema, Options, needsLabels: false), input);
    }

    /// <summary>Is not possible: no row of a table alone makes a sequence.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
        => throw new NotSupportedException(
            "A step that makes sequences of the rows of a table cannot answer row by row, as a PredictionEngine asks. Call Transform with "
            + "all rows of a sequence, or make the engine of the steps behind this one.");

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, TablePayload.Write(Options));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        => new SequenceTableTransformer(ModelStream.Load(ctx, Signature, LoaderName, TablePayload.Read));
}
