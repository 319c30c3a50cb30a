using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The columns of a table with that of its anomalies behind them.</summary>
internal sealed class AnomalySchema
{
    public AnomalySchema(ForecastColumns columns, string outputColumnName, int targets)
    {
        Columns = columns;
        var type = targets == 1 ? new VectorDataViewType(NumberDataViewType.Double, AnomalyModel.Parts)
            : new VectorDataViewType(NumberDataViewType.Double, targets, AnomalyModel.Parts);
        string[] names = [.. targets == 1 ? AnomalyModel.PartNames
            : TargetNames(columns).SelectMany(target => AnomalyModel.PartNames.Select(part => $"{target} {part}"))];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(
            AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) =>
                value = new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]));
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Table);
        builder.AddColumn(outputColumnName, type, annotations.ToAnnotations());
        Schema = builder.ToSchema();
    }

    public ForecastColumns Columns { get; }

    public DataViewSchema Schema { get; }

    /// <summary>Where the column of anomalies stands.</summary>
    public int Output => Columns.Table.Count;

    private static IEnumerable<string> TargetNames(ForecastColumns columns)
        => columns.Options.TargetColumnNames.Select(name => columns.Table[name]).SelectMany(column =>
            column.Type is VectorDataViewType
                ? Enumerable.Range(0, NumberSteps.WidthOf(column)).Select(i => $"{column.Name}.{i}") : [column.Name]);
}
