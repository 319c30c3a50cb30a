using System.Globalization;
using OxyPlot;
using OxyPlot.Series;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Draws a chart with OxyPlot.</summary>
internal static class Plot
{
    private const double FontSize = 12;

    /// <param name="chart">The chart.</param>
    /// <param name="size">Its size on the page, in pixels.</param>
    public static PlotModel Of(Chart chart, ChartSize size)
    {
        var model = new PlotModel
        {
            Background = OxyColors.Undefined, PlotAreaBorderThickness = new OxyThickness(0), DefaultFont = "Arial",
            DefaultFontSize = FontSize, TextColor = Palette.Text, Culture = CultureInfo.InvariantCulture,
            PlotType = chart.HasEqualUnits ? PlotType.Cartesian : PlotType.XY, Padding = new OxyThickness(2, 6, 12, 2),
        };
        double[] x = [.. chart.Parts.SelectMany(part => part.Points).Select(point => point.X)];
        double[] y = [.. chart.Parts.SelectMany(part => part.Points).SelectMany(point => new[] { point.Y, point.High })];
        if (chart.Parts.Any(part => part is StemPart))
            y = [.. y, 0];
        model.Axes.Add(ChartScale.Of(chart.X, x, isBelow: true, size.Width));
        model.Axes.Add(ChartScale.Of(chart.Y, y, isBelow: false, size.Height));
        bool positiveX = ChartScale.IsLogarithmic(chart.X, x), positiveY = ChartScale.IsLogarithmic(chart.Y, y);
        foreach (var part in chart.Parts)
        {
            DataPoint Point(double at, double value)
                => double.IsFinite(at) && double.IsFinite(value) && !(positiveX && at <= 0) && !(positiveY && value <= 0)
                    ? new DataPoint(at, value) : DataPoint.Undefined;
            foreach (var series in Series(part, size, Point))
                model.Series.Add(series);
        }
        return model;
    }

    private static IEnumerable<Series> Series(ChartPart part, ChartSize size, Func<double, double, DataPoint> point)
    {
        var color = Palette.Color(part.Color);
        switch (part)
        {
            case LinePart line:
                var path = new LineSeries
                {
                    Color = color, StrokeThickness = line.IsThin ? 1.2 : 2, LineStyle = Palette.LineStyle(part.Color),
                    LineJoin = LineJoin.Round,
                };
                path.Points.AddRange(Thinning.Line(line.Points, size.MostPoints).Select(p => point(p.X, p.Y)));
                if (path.Points.Count(p => p.IsDefined()) == 1)
                    (path.MarkerType, path.MarkerSize, path.MarkerFill) = (MarkerType.Circle, 3, color);
                yield return path;
                break;
            case DotPart:
                yield return Marks(part, part.Points, size, point);
                break;
            case StemPart:
                foreach (var (at, value, _) in part.Points.Where(p => double.IsFinite(p.Y)))
                {
                    var stem = new LineSeries { Color = color, StrokeThickness = 1.5 };
                    stem.Points.AddRange([point(at, 0), point(at, value)]);
                    yield return stem;
                }
                yield return Marks(part, part.Points, size, point);
                break;
            case BandPart:
                var area = new AreaSeries
                {
                    Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = Palette.Color(part.Color, 0.25),
                };
                foreach (var (at, low, high) in part.Points.Where(p => double.IsFinite(p.Y) && double.IsFinite(p.High)))
                {
                    area.Points.Add(point(at, low));
                    area.Points2.Add(point(at, high));
                }
                yield return area;
                break;
        }
    }

    private static ScatterSeries Marks(
        ChartPart part, IReadOnlyList<(double X, double Y, double High)> points, ChartSize size, Func<double, double, DataPoint> point)
    {
        var marks = new ScatterSeries
        {
            MarkerType = Palette.Marker(part.Color), MarkerSize = points.Count > 200 ? 2.5 : 3.5,
            MarkerFill = Palette.Color(part.Color, points.Count > 200 ? 0.55 : 0.8), MarkerStrokeThickness = 0,
        };
        marks.Points.AddRange(Thinning.Every(points, 2 * size.MostPoints).Select(p => point(p.X, p.Y)).Where(p => p.IsDefined())
            .Select(p => new ScatterPoint(p.X, p.Y)));
        return marks;
    }
}
