using OxyPlot;
using OxyPlot.Axes;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>What an axis shows of its values: from where to where, and where numbers or names stand.</summary>
internal static class ChartScale
{
    // A logarithmic axis of less than half a decade would have hardly a round number.
    private const double LeastRatio = 3;
    private const double Margin = 0.04;
    private const int LongestName = 16, LongestTitle = 60, LetterWidth = 7;

    /// <param name="axis">What the axis is.</param>
    /// <param name="values">The values along it.</param>
    /// <param name="isBelow">Whether it is the axis below; otherwise it is that on the left.</param>
    /// <param name="length">Its length on the page, in pixels.</param>
    public static Axis Of(ChartAxis axis, IReadOnlyCollection<double> values, bool isBelow, double length)
    {
        double[] finite = [.. values.Concat(axis.Shows).Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min(), high = finite.Length == 0 ? 1 : finite.Max();
        bool isLogarithmic = IsLogarithmic(axis, values) && axis.Names is null;
        Axis scale = isLogarithmic ? new LogarithmicAxis() : new LinearAxis();
        if (axis.Names is { } names)
        {
            (scale.Minimum, scale.Maximum) = (-0.5, Math.Max(1, names.Count) - 0.5);
            Name(scale, names, isBelow, length);
        }
        else
        {
            (scale.Minimum, scale.Maximum) = isLogarithmic ? Around(low, high, Math.Log10, v => Math.Pow(10, v)) : Around(low, high);
            scale.LabelFormatter = value => Page.Short(axis.Label?.Invoke(value) ?? Number.Tick(value), LongestName);
            if (!isLogarithmic && finite.All(value => value == Math.Floor(value)))
                scale.MinimumMajorStep = 1;
        }
        scale.Position = isBelow ? AxisPosition.Bottom : AxisPosition.Left;
        scale.Title = Page.Short(axis.Title, Math.Min(LongestTitle, (int)(length / LetterWidth)));
        scale.IntervalLength = isBelow ? axis.Label is null ? 70 : 95 : 45;
        scale.MajorGridlineStyle = LineStyle.Solid;
        scale.MajorGridlineColor = Palette.Grid;
        scale.TextColor = scale.TitleColor = Palette.Text;
        scale.TickStyle = TickStyle.None;
        scale.AxisTitleDistance = isBelow ? 7 : 11;
        return scale;
    }

    /// <summary>Whether an axis is drawn with equal ratios.</summary>
    public static bool IsLogarithmic(ChartAxis axis, IReadOnlyCollection<double> values)
    {
        double[] finite = [.. values.Concat(axis.Shows).Where(double.IsFinite)];
        return axis.IsLogarithmic && finite.Length > 0 && finite.Min() > 0 && finite.Max() > LeastRatio * finite.Min();
    }

    private static void Name(Axis scale, IReadOnlyList<string> names, bool isBelow, double length)
    {
        string[] shown = [.. names.Select(name => Page.Short(name, LongestName))];
        double longest = shown.Length == 0 ? 1 : shown.Max(name => name.Length) * LetterWidth;
        bool isTurned = isBelow && longest * shown.Length > length;
        double room = isBelow ? isTurned ? 18 : longest : 18;
        scale.MajorStep = Math.Max(1, Math.Ceiling(room * shown.Length / length));
        scale.MinorStep = scale.MajorStep;
        scale.Angle = isTurned ? -40 : 0;
        scale.LabelFormatter = value => value >= 0 && value < shown.Length && value == Math.Floor(value) ? shown[(int)value] : "";
    }

    private static (double, double) Around(double low, double high, Func<double, double> there, Func<double, double> back)
    {
        var (from, to) = Around(there(low), there(high));
        return (back(from), back(to));
    }

    private static (double, double) Around(double low, double high)
    {
        double least = 1e-9 * Math.Max(1e-9, Math.Max(Math.Abs(low), Math.Abs(high)));
        if (high - low < least)
            (low, high) = (low - Math.Max(0.5, 0.05 * Math.Abs(low)), high + Math.Max(0.5, 0.05 * Math.Abs(high)));
        double margin = Margin * (high - low);
        return (low - margin, high + margin);
    }
}
