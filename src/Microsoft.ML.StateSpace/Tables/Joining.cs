using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Which columns of predictions are brought to the rows of a table, and the schema with both.</summary>
internal sealed class Joining
{
    private const string Where = "the predictions";

    /// <param name="predictions">The columns of the predictions.</param>
    /// <param name="layout">The columns of the table.</param>
    /// <param name="names">The columns that are wanted. None means all that are not made by the options.</param>
    public Joining(DataViewSchema predictions, TableLayout layout, IReadOnlyList<string> names)
    {
        Layout = layout;
        var options = layout.Options;
        First = Place(predictions, options.FirstRowColumnName);
        Last = Place(predictions, options.LastRowColumnName);
        Group = layout.Group is { } group && predictions.GetColumnOrNull(group.Name) is { } same && same.Type.Equals(group.Type)
            ? same : null;
        string[] own = [.. options.OutputNames(), .. options.GroupColumnName is { } name ? [name] : Array.Empty<string>()];
        Columns = names.Count > 0
            ? [.. names.Select(column => ColumnCheck.Find(predictions, column, Where))]
            : [.. predictions.Where(column => !column.IsHidden && !own.Contains(column.Name))];
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(layout.Table);
        foreach (var column in Columns)
            Add(builder, column);
        Schema = builder.ToSchema();
    }

    public TableLayout Layout { get; }

    /// <summary>The columns with the place of a sequence in the table, and with its group where it is there.</summary>
    public DataViewSchema.Column First { get; }

    public DataViewSchema.Column Last { get; }

    public DataViewSchema.Column? Group { get; }

    /// <summary>The columns of the predictions that are brought to the rows.</summary>
    public DataViewSchema.Column[] Columns { get; }

    /// <summary>The columns of the table, then those of the predictions.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>How many rows behind its own an answer belongs.</summary>
    public int Ahead => Layout.Options.RowsAhead;

    /// <summary>Whether a sequence has answers for all of its rows, and not only for the last.</summary>
    public bool AnswersAllRows => Layout.Framing.IsWhole || Layout.Options.Target == TableTarget.EveryStep;

    /// <summary>Whether a column holds values for each time step of a sequence. Else its value is that of the sequence.</summary>
    public bool IsOfSteps(DataViewSchema.Column column)
        => Layout.Options.Target == TableTarget.EveryStep && column.Type is VectorDataViewType vector
            && (vector.Dimensions[0] == 0 || vector.Dimensions[0] == Layout.Options.KnownLength)
            && !vector.Dimensions.Skip(1).Contains(0);

    /// <summary>The number of values in a time step.</summary>
    public static int WidthOf(DataViewSchema.Column column)
        => ((VectorDataViewType)column.Type).Dimensions.Skip(1).Aggregate(1, (product, size) => product * size);

    private void Add(DataViewSchema.Builder builder, DataViewSchema.Column column)
    {
        if (!IsOfSteps(column))
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
            return;
        }
        var vector = (VectorDataViewType)column.Type;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(column.Annotations, kind => kind == AnnotationKinds.KeyValues);
        builder.AddColumn(
            column.Name,
            vector.Dimensions.Length == 1 ? vector.ItemType : new VectorDataViewType(vector.ItemType, vector.Dimensions.RemoveAt(0)),
            annotations.ToAnnotations());
    }

    private static DataViewSchema.Column Place(DataViewSchema predictions, string name)
        => ColumnCheck.Find(predictions, name, Where) is var column && column.Type.Equals(NumberDataViewType.Int64)
            ? column
            : throw ColumnCheck.WrongType(
                name, $"{column.Type}", "Int64, the place of a row, as ToSequences and ToWindows make it",
                "Keep that column, and give columns of other steps another name.");
}
