using OxyPlot;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// How much room text takes. OxyPlot knows the widths of Arial's letters, but in points where a page has pixels. A little is added for
/// readers who have another font in its place.
/// </summary>
internal sealed class TextMeasure() : PdfRenderContext(1, 1, OxyColors.Undefined)
{
    private const double PixelsOfPoint = 96.0 / 72, Spare = 1.06;

    // Letters beyond those of ASCII have no known width; those from here on fill a square.
    private const char WideLetters = '\u2E80';

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        double unknown = (text ?? "").Sum(letter => letter < 128 ? 0 : letter < WideLetters ? 0.65 : 1.0) * fontSize;
        return new OxySize((size.Width * PixelsOfPoint + unknown) * Spare, size.Height * PixelsOfPoint);
    }
}
