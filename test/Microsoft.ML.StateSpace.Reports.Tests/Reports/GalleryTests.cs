using Microsoft.ML.StateSpace.Reports.Tests.Testing;

namespace Microsoft.ML.StateSpace.Reports.Tests.Reports;

/// <summary>What holds for every page.</summary>
public class GalleryTests
{
    public static TheoryData<string> Names() => [.. Gallery.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_MadeTwice_HasTheSameBytes(string name)
    {
        var exhibit = Gallery.Of(name);

        exhibit.Make().ToString().Should().Be(exhibit.Html);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_NeedsNothingElse(string name)
    {
        string html = Gallery.Of(name).Html;

        foreach (string foreign in (string[])["<script", "http:", "https:", "@import", "NaN", "rgb("])
            html.Should().NotContain(foreign);
    }
}
