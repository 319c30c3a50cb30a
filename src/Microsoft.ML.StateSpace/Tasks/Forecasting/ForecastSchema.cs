using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The columns of a table with those of its forecasts behind them.</summary>
internal sealed class ForecastSchema
{
    public ForecastSchema(ForecastColumns columns, ForecastShape shape)
    {
        Columns = columns;
        var type = shape.Targets == 1 ? new VectorDataViewType(NumberDataViewType.Single, shape.Horizon)
            : new VectorDataViewType(NumberDataViewType.Single, shape.Horizon, shape.Targets);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Table);
        string?[] names = columns.Options.OutputNames();
        Outputs = new int[names.Length];
        int next = columns.Table.Count;
        for (int i = 0; i < names.Length; i++)
        {
            Outputs[i] = names[i] is null ? -1 : next++;
            if (names[i] is { } name)
                builder.AddColumn(name, type);
        }
        Schema = builder.ToSchema();
    }

    public ForecastColumns Columns { get; }

    public DataViewSchema Schema { get; }

    /// <summary>Where forecasts, lower and upper bounds stand; -1 where they are not made.</summary>
    public int[] Outputs { get; }
}
