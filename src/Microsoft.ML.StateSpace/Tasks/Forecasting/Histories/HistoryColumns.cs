using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The columns of rows that hold a whole history each.</summary>
/// <param name="History">The column of the rows that are known.</param>
/// <param name="Ahead">The column of the covariates known ahead; <see langword="null"/> where there are none.</param>
internal sealed record HistoryColumns(string History, string? Ahead)
{
    /// <summary>Finds the column of the history, of time steps of so many values.</summary>
    public DataViewSchema.Column HistoryIn(DataViewSchema schema, int width) => Find(schema, History, width);

    /// <summary>Finds the column of the covariates known ahead, of time steps of so many values.</summary>
    public DataViewSchema.Column? AheadIn(DataViewSchema schema, int width) => Ahead is null ? null : Find(schema, Ahead, width);

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, int width)
    {
        var column = ColumnCheck.Find(schema, name);
        if (column.Type is not VectorDataViewType vector || !vector.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(
                name, $"{column.Type}", "a vector of Single",
                column.Type is VectorDataViewType other ? ColumnCheck.MakeSingle(name, other.ItemType)
                    : ColumnCheck.MakeVector(name, column.Type));
        int last = vector.Dimensions.Length > 1 ? vector.Dimensions[^1] : 0;
        if (vector.Size % width != 0 || (last > 0 && last != width))
            throw ColumnCheck.WrongType(
                name, $"{column.Type}", $"time steps of {width} values",
                "Give it the columns of the forecaster's options, each time step in their order.");
        return column;
    }
}
