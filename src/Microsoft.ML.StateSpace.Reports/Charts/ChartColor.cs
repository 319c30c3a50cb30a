namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// What a part of a chart is drawn with. A page has two shades of each colour, for light and for dark paper, each of which stands out from
/// it (WCAG 2.2, 1.4.11).
/// </summary>
public enum ChartColor
{
    /// <summary>The colour of the text: for what is true.</summary>
    Ink,

    /// <summary>The first colour of the palette: for the answer that a page is about.</summary>
    Blue,

    /// <summary>The second colour of the palette.</summary>
    Orange,

    /// <summary>The third colour of the palette.</summary>
    Green,

    /// <summary>The fourth colour of the palette.</summary>
    Pink,

    /// <summary>The fifth colour of the palette.</summary>
    Violet,

    /// <summary>The sixth colour of the palette.</summary>
    Teal,

    /// <summary>The seventh colour of the palette.</summary>
    Olive,

    /// <summary>The eighth colour of the palette.</summary>
    Red,

    /// <summary>A colour that stands back: for bounds, references and what is beside the point.</summary>
    Soft,
}
