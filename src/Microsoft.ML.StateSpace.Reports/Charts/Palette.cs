using OxyPlot;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// Colours of a page by their place in its style sheet. A chart is drawn with numbers that stand for the places, so that a page that turns
/// dark takes the charts with it.
/// </summary>
internal static class Palette
{
    private const byte Mark = 254, Of = 1, Other = 2;

    private static readonly (string Number, string Variable)[] Places =
    [
        .. Enum.GetValues<ChartColor>().Select(color => ($"rgb({Mark},{Of},{(int)color})", Variable(color))),
        ($"rgb({Mark},{Other},0)", "var(--rule)"), ($"rgb({Mark},{Other},1)", "var(--soft)"),
    ];

    /// <summary>The lines behind a chart.</summary>
    public static OxyColor Grid { get; } = OxyColor.FromRgb(Mark, Other, 0);

    /// <summary>Text in a chart.</summary>
    public static OxyColor Text { get; } = OxyColor.FromRgb(Mark, Other, 1);

    public static OxyColor Color(ChartColor color, double opacity = 1)
        => OxyColor.FromArgb((byte)Math.Round(255 * opacity), Mark, Of, (byte)color);

    /// <summary>The colour in a style sheet.</summary>
    public static string Variable(ChartColor color) => $"var(--{color.ToString().ToLowerInvariant()})";

    /// <summary>A style in which colours stand by their places.</summary>
    public static string Styled(string style)
        => Places.Aggregate(style, (text, place) => text.Replace(place.Number, place.Variable, StringComparison.Ordinal));

    /// <summary>Lines differ in more than their colours.</summary>
    public static LineStyle LineStyle(ChartColor color) => color switch
    {
        ChartColor.Orange or ChartColor.Soft => OxyPlot.LineStyle.Dash,
        ChartColor.Green => OxyPlot.LineStyle.LongDashDot,
        ChartColor.Pink => OxyPlot.LineStyle.DashDotDot,
        ChartColor.Violet => OxyPlot.LineStyle.LongDash,
        ChartColor.Teal => OxyPlot.LineStyle.DashDot,
        ChartColor.Olive => OxyPlot.LineStyle.DashDashDot,
        ChartColor.Red => OxyPlot.LineStyle.LongDashDotDot,
        _ => OxyPlot.LineStyle.Solid,
    };

    /// <summary>So do marks.</summary>
    public static MarkerType Marker(ChartColor color) => color switch
    {
        ChartColor.Orange or ChartColor.Teal => MarkerType.Square,
        ChartColor.Green or ChartColor.Olive => MarkerType.Triangle,
        ChartColor.Pink or ChartColor.Red => MarkerType.Diamond,
        _ => MarkerType.Circle,
    };
}
