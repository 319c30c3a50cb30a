using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Accuracy.Forecasting;

/// <summary>A time step of a series.</summary>
internal sealed class SeriesRow
{
    /// <summary>What is forecast.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>What is known ahead.</summary>
    public float[] Ahead { get; init; } = [];

    public static IDataView View(MLContext mlContext, SeriesRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(Targets)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Targets.Length);
        schema[nameof(Ahead)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, rows[0].Ahead.Length));
        return mlContext.Data.LoadFromEnumerable(rows, schema);
    }
}
