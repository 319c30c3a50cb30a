namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The usual time from one row of a group to the next.</summary>
internal static class UsualStep
{
    /// <summary>Steps that are looked at. They lie at the start of the table, so that a long table is not read for them.</summary>
    public const int MostSteps = 10_000;

    /// <summary>The median of the first steps; 1 where no group has two rows of different time.</summary>
    public static double Of(TableLayout layout, IDataView table)
    {
        var view = layout.Options.SortsRows ? new SortedTable(table, layout.Group, layout.Order) : table;
        DataViewSchema.Column?[] needed = [layout.Group, layout.Order, layout.Time];
        using var rows = new TableRows(view.GetRowCursor(needed.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index)));
        var group = layout.Group is { } column ? GroupColumn.Of(rows.Cursor, column) : null;
        var clock = new RowClock(rows, layout.Order, layout.Time);
        var steps = new List<double>();
        bool isFirst = true;
        while (steps.Count < MostSteps && rows.MoveNext())
        {
            if (group is not null && (!group.Continues() || isFirst))
            {
                group.Begin();
                isFirst = true;
            }
            clock.Read(isFirst);
            if (clock.Step > 0 && double.IsFinite(clock.Step))
                steps.Add(clock.Step);
            isFirst = false;
        }
        steps.Sort();
        return steps.Count == 0 ? 1 : steps[steps.Count / 2];
    }
}
