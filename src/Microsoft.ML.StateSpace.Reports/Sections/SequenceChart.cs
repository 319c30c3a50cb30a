namespace Microsoft.ML.StateSpace.Reports;

/// <summary>The input of a row, channel by channel.</summary>
internal static class SequenceChart
{
    private const int MostChannels = 6;

    // Channels of which one is so many times as large as another are drawn each in its own unit.
    private const double UnlikeUnits = 10;

    public static Chart Of(TestAnswers answers, int row, string title)
    {
        var rows = answers.Rows;
        int channels = rows.Features, shown = Math.Min(MostChannels, channels), split = rows.Split(row);
        float[] values = rows.Values(row).ToArray();
        double[][] series = [.. Enumerable.Range(0, shown).Select(c =>
            Enumerable.Range(0, rows.Length(row)).Select(t => (double)values[t * channels + c]).ToArray())];
        double[] sizes = [.. series.Select(Range)];
        double[] varying = [.. sizes.Where(size => size > 0).DefaultIfEmpty(1)];
        bool isUnlike = varying.Max() > UnlikeUnits * varying.Min();
        string unitName = isUnlike ? "share of the channel's range" : shown == 1 ? answers.ChannelNames[0] : "value";
        var chart = new Chart(title, new("time step"), new(unitName))
        {
            Text = channels > shown ? $"The first {shown} of {channels} channels." : "",
        };
        for (int c = 0; c < shown; c++)
        {
            double least = isUnlike ? series[c].Where(double.IsFinite).DefaultIfEmpty(0).Min() : 0;
            double unit = isUnlike && sizes[c] > 0 ? sizes[c] : 1;
            double[] drawn = [.. series[c].Select(value => (value - least) / unit)];
            string name = answers.ChannelNames[c];
            var first = drawn.Take(split).Select((value, t) => ((double)t, value));
            chart.AddLine(rows.HasPairs ? $"first, {name}" : name, first, isThin: true);
            if (rows.HasPairs)
                chart.AddLine($"second, {name}", drawn.Skip(split).Select((value, t) => ((double)t, value)), isThin: true);
        }
        return chart;
    }

    private static double Range(double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length == 0 ? 0 : finite.Max() - finite.Min();
    }
}
