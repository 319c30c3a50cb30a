using System.Globalization;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>Windows as one would cut them by hand, with all rows of a group in memory.</summary>
internal static class NaiveWindows
{
    public static List<(string Features, string Label)> Of(Reading[] rows, WindowOptions options)
    {
        var windows = new List<(string, string)>();
        foreach (var group in rows.GroupBy(row => row.Machine).Select(g => g.ToArray()))
        {
            if (options.LastOnly)
            {
                int start = Math.Max(0, group.Length - options.Length);
                if (group.Length >= options.Length || options.KeepsIncomplete)
                    windows.Add(Window(group, start, group.Length, options));
                continue;
            }
            int labelled = group.Length - options.Horizon, covered = 0, first = 0;
            for (; first + options.Length <= labelled; first += options.Stride)
            {
                windows.Add(Window(group, first, first + options.Length, options));
                covered = first + options.Length;
            }
            if (options.KeepsIncomplete && covered < labelled && first < labelled)
                windows.Add(Window(group, first, labelled, options));
        }
        return windows;
    }

    private static (string Features, string Label) Window(Reading[] group, int start, int end, WindowOptions options)
    {
        string Label(int row) => row < group.Length ? Text(group[row].Load) : "NaN";
        return (
            string.Join(",", group[start..end].Select(row => Text(row.Pressure))),
            options.Target == TableTarget.Sequence ? Label(end - 1 + options.Horizon)
                : string.Join(",", Enumerable.Range(start, end - start).Select(row => Label(row + options.Horizon))));
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
