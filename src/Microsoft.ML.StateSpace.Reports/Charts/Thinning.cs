namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Leaves out points that nobody would see.</summary>
internal static class Thinning
{
    /// <summary>The smallest and the largest point of each stretch of a line, so that no peak is lost, and its ends.</summary>
    public static IReadOnlyList<(double X, double Y, double High)> Line(IReadOnlyList<(double X, double Y, double High)> points, int most)
    {
        if (points.Count <= most)
            return points;
        int stretches = (most - 2) / 2;
        var kept = new SortedSet<int> { 0, points.Count - 1 };
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int start = (int)((long)stretch * points.Count / stretches), end = (int)((stretch + 1L) * points.Count / stretches);
            int low = start, high = start;
            for (int i = start; i < end; i++)
            {
                if (points[i].Y < points[low].Y || double.IsNaN(points[low].Y))
                    low = i;
                if (points[i].Y > points[high].Y || double.IsNaN(points[high].Y))
                    high = i;
            }
            kept.Add(low);
            kept.Add(high);
        }
        return [.. kept.Select(i => points[i])];
    }

    /// <summary>Items equally far apart.</summary>
    public static IReadOnlyList<T> Every<T>(IReadOnlyList<T> items, int most)
        => items.Count <= most ? items : [.. Enumerable.Range(0, most).Select(i => items[(int)((long)i * items.Count / most)])];
}
