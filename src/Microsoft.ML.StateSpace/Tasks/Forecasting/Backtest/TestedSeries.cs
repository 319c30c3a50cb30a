using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A series of the table in memory, as a backtest goes through it.</summary>
internal sealed class TestedSeries
{
    private readonly float[] _rows, _ahead;
    private readonly int _width;

    /// <param name="name">What its rows have in the series column; <see langword="null"/> where there is none.</param>
    /// <param name="rows">(rows, width): the values that an engine observes, targets first. NaN is missing.</param>
    /// <param name="ahead">What is known ahead of each row, (rows, values).</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="targets">How many of these are targets.</param>
    public TestedSeries(string? name, float[] rows, float[] ahead, int width, int targets)
    {
        (Name, _rows, _ahead, _width, Targets) = (name, rows, ahead, width, targets);
        Count = rows.Length / width;
        while (Count > 0 && !HasTarget(Count - 1))
            Count--;
        Filled = [.. Enumerable.Range(0, targets).Select(Fill)];
        FirstKnown = [.. Filled.Select(values => Math.Max(0, Array.FindIndex(values, float.IsFinite)))];
    }

    /// <summary>What its rows have in the series column.</summary>
    public string? Name { get; }

    /// <summary>Number of targets.</summary>
    public int Targets { get; }

    /// <summary>All rows, those without targets at the end included.</summary>
    public int AllRows => _rows.Length / _width;

    /// <summary>Rows up to the last one that has a target.</summary>
    public int Count { get; }

    /// <summary>The first tested row. Rows before it are learned from.</summary>
    public int TestStart { get; set; }

    /// <summary>The values of each target, (targets) (rows); one that is missing is the one before, NaN before the first.</summary>
    public float[][] Filled { get; }

    /// <summary>The first row in which each target has a value.</summary>
    public int[] FirstKnown { get; }

    /// <summary>The values of a row.</summary>
    public ReadOnlySpan<float> Row(int row) => _rows.AsSpan(row * _width, _width);

    /// <summary>What is known ahead of some rows, (rows, values).</summary>
    public ReadOnlySpan<float> Ahead(int first, int rows)
    {
        int width = _ahead.Length / AllRows;
        return _ahead.AsSpan(first * width, rows * width);
    }

    /// <summary>A target up to a row, that row included.</summary>
    public float[] History(int target, int row) => [.. Enumerable.Range(0, row + 1).Select(t => _rows[t * _width + target])];

    /// <summary>The targets of all rows that have been, (rows, targets).</summary>
    public float[] Values() => [.. Enumerable.Range(0, Count).SelectMany(t => _rows.AsSpan(t * _width, Targets).ToArray())];

    /// <summary>
    /// The mean absolute error of the last season as a forecast of the training part, by which a scaled error is divided (Hyndman, Koehler
    /// 2006); NaN where it is not known, or zero.
    /// </summary>
    public double Scale(int target, int season)
    {
        double sum = 0;
        long count = 0;
        for (int t = season; t < TestStart; t++)
        {
            double change = Row(t)[target] - (double)Row(t - season)[target];
            if (double.IsFinite(change))
                (sum, count) = (sum + Math.Abs(change), count + 1);
        }
        return sum > 0 ? sum / count : double.NaN;
    }

    /// <summary>Reads all series of a table.</summary>
    public static List<TestedSeries> ReadAll(ForecastColumns columns, IDataView table)
    {
        var all = new List<TestedSeries>();
        List<float> current = [], ahead = [];
        string? name = null;
        int width = NumberSteps.WidthOf(columns.Inputs), targets = columns.Shape.Targets;
        using var rows = new TableRows(columns.InOrder(table).GetRowCursor(columns.Needed));
        var series = new SeriesRows(columns, rows);
        var known = new NumberSteps(rows.Cursor, columns.Ahead);
        known.Resize(1);
        var names = columns.Series is { } column ? GroupColumn.Of(rows.Cursor, column) : null;
        while (rows.MoveNext())
        {
            if (series.Read())
            {
                End();
                names?.Continues();
                name = names?.Text;
            }
            current.AddRange(series.Values);
            known.Read(0);
            ahead.AddRange(known.Row);
        }
        End();
        return all;

        void End()
        {
            if (current.Count > 0)
                all.Add(new TestedSeries(name, [.. current], [.. ahead], width, targets));
            current.Clear();
            ahead.Clear();
        }
    }

    private bool HasTarget(int row)
    {
        foreach (float value in Row(row)[..Targets])
        {
            if (float.IsFinite(value))
                return true;
        }
        return false;
    }

    private float[] Fill(int target)
    {
        var values = new float[Count];
        float last = float.NaN;
        for (int t = 0; t < Count; t++)
            values[t] = last = float.IsFinite(Row(t)[target]) ? Row(t)[target] : last;
        return values;
    }
}
