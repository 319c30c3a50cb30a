using Microsoft.ML.StateSpace.Reports.Tests.Testing;

namespace Microsoft.ML.StateSpace.Reports.Tests.Pages;

/// <summary>Text, tables and numbers of a page.</summary>
public class PageTests
{
    [Fact]
    public void NamesOfOthers_AreShownAndNeverCode()
    {
        string html = Gallery.Of("nasty names").Html;

        html.Should().NotContain("<b>").And.NotContain("<script").And.NotContain("alert(1)</script>");
        html.Should().Contain("&lt;b&gt;slow&lt;/b&gt; &amp; &quot;quoted&quot; &#39;so&#39;").And.Contain("\u2068שלום עולם\u2069");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "(empty)")]
    [InlineData("  ", "(empty)")]
    [InlineData("שלום", "\u2068שלום\u2069")]
    [InlineData("a\u202Eb", "ab")]
    public void Name_CannotChangeWhatStandsAroundIt(string given, string shown) => Page.Name(given).Should().Be(shown);

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("a\nb\tc", "a\nb\tc")]
    [InlineData("\U0001F600", "\U0001F600")]
    public void Clean_LeavesWhatAPageCanHold(string given, string shown) => Page.Clean(given).Should().Be(shown);

    [Fact]
    public void Clean_LeavesOutHalfCharacters() => Page.Clean("a" + (char)0xD800 + "b").Should().Be("a\uFFFDb");

    [Theory]
    [InlineData("twelve chars", 12, "twelve chars")]
    [InlineData("thirteen chars", 12, "thirteen ch…")]
    [InlineData("1234567890\U0001F6002", 12, "1234567890…")]
    public void Short_CutsBetweenCharacters(string given, int most, string shown) => Page.Short(given, most).Should().Be(shown);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(0.01234567, "0.01235")]
    [InlineData(12.3456, "12.35")]
    [InlineData(0.000012344, "1.234e-5")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "-∞")]
    public void Number_HasFourDigits(double value, string text) => Number.Text(value).Should().Be(text);

    [Fact]
    public void Table_WithARowThatIsTooShort_IsRefused()
        => Invoking(() => new ReportPage("a").AddTable(new("Pumps", ["pump", "state"], [["1", "on"], ["2"]])))
            .Should().Throw<ArgumentException>().WithMessage("Row 1 of the table 'Pumps' has 1 cells*2 columns*");

    [Fact]
    public void Table_HasACaptionAndHeadings_AndScrollsByTheKeyboardWhereItMayBeWide()
    {
        var page = new ReportPage("a");
        page.AddTable(new("Pumps", ["pump", "state", "litres"], [["1", "on", "1,200"]]));

        page.ToString().Should().Contain(
            """
            <div class="scroll" role="region" tabindex="0" aria-labelledby="part-1"><table><caption id="part-1">Pumps</caption><thead><tr>
            """.TrimEnd())
            .And.Contain("""<th scope="col">state</th>""").And.Contain("""<td class="n">1,200</td>""")
            .And.Contain("""<th scope="row">1</th>""");
    }

    [Fact]
    public void Page_WithThreeSections_ListsThem()
    {
        var page = new ReportPage("a");
        page.BeginSection("first");
        page.BeginSection("second & last");
        page.ToString().Should().NotContain("<nav");

        page.BeginSection("third");

        page.ToString().Should().Contain("""<nav aria-label="Sections">""").And.Contain("""<a href="#section-2">second &amp; last</a>""");
    }
}
