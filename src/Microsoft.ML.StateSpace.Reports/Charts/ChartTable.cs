namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// The numbers of a chart. What shares its places on the axis below shares rows; where a part has several values at one place, every point
/// has a row of its own.
/// </summary>
internal static class ChartTable
{
    private const int MostRows = 60;

    /// <summary>The table; <see langword="null"/> where the chart has no numbers.</summary>
    public static ReportTable? Of(Chart chart)
    {
        var parts = chart.Parts.Where(part => !part.IsGuide && part.Points.Count > 0).ToList();
        if (parts.Count == 0)
            return null;
        var named = parts.GroupBy(part => (part.Name, IsBand: part is BandPart)).ToList();
        bool isShared = named.All(same => same.SelectMany(part => part.Points).GroupBy(point => point.X).All(at => at.Count() == 1));
        return isShared ? Shared(chart, named) : Listed(chart, parts);
    }

    private static ReportTable Shared(Chart chart, IReadOnlyList<IGrouping<(string Name, bool IsBand), ChartPart>> named)
    {
        var values = named.Select(same => same.SelectMany(part => part.Points).ToDictionary(point => point.X)).ToList();
        double[] places = [.. values.SelectMany(points => points.Keys).Distinct().Order()];
        string[] columns = [chart.X.Title, .. named.SelectMany(same => same.Key.IsBand
            ? [$"{same.Key.Name}, from", $"{same.Key.Name}, to"] : new[] { same.Key.Name })];
        return Table(chart, columns, places, at =>
            [chart.X.Text(at), .. named.SelectMany((same, i) => Cells(chart, values[i], at, same.Key.IsBand))]);
    }

    private static IEnumerable<string> Cells(
        Chart chart, Dictionary<double, (double X, double Y, double High)> points, double at, bool isBand)
    {
        if (!points.TryGetValue(at, out var point))
            return isBand ? ["", ""] : [""];
        return isBand ? [chart.Y.Text(point.Y), chart.Y.Text(point.High)] : [chart.Y.Text(point.Y)];
    }

    private static ReportTable Listed(Chart chart, IReadOnlyList<ChartPart> parts)
    {
        var points = parts.SelectMany(part => part.Points.SelectMany(
            point => part is BandPart ? new[] { (part.Name, point.X, point.Y), (part.Name, point.X, Y: point.High) }
                : [(part.Name, point.X, point.Y)])).ToList();
        return Table(
            chart, ["", chart.X.Title, chart.Y.Title], points, point => [point.Name, chart.X.Text(point.X), chart.Y.Text(point.Y)]);
    }

    private static ReportTable Table<T>(Chart chart, string[] columns, IReadOnlyList<T> rows, Func<T, IReadOnlyList<string>> cells)
    {
        var shown = Thinning.Every(rows, MostRows);
        string some = shown.Count < rows.Count ? $", {shown.Count} of {Number.Text(rows.Count)} rows" : "";
        return new($"{chart.Title}{some}", columns, [.. shown.Select(cells)]);
    }
}
