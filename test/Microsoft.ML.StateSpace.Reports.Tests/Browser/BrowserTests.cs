using Microsoft.ML.StateSpace.Reports.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;
using PuppeteerSharp;

namespace Microsoft.ML.StateSpace.Reports.Tests.Browser;

/// <summary>Pages as readers see them, on a phone, a tablet and a desk, by day and by night.</summary>
public class BrowserTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private static readonly int[] Widths = [320, 768, 1280];

    private static readonly string Look = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Look.js"));

    public static TheoryData<string> Names() => [.. Gallery.Names];

    [ChromiumTheory]
    [MemberData(nameof(Names))]
    public async Task Page_HasNoErrorAndNothingOverlaps(string name)
    {
        string file = Path.Combine(BrowserFixture.Folder, $"{name}.html");
        Gallery.Of(name).Make().Save(file);
        await using var page = await fixture.Browser.NewPageAsync();
        var wrong = new List<string>();
        page.Console += (_, e) => wrong.Add($"console: {e.Message.Text}");
        page.PageError += (_, e) => wrong.Add($"error: {e.Message}");
        page.Request += (_, e) =>
        {
            if (!e.Request.IsNavigationRequest && !e.Request.Url.StartsWith("data:", StringComparison.Ordinal))
                wrong.Add($"asks for {e.Request.Url}");
        };
        await page.GoToAsync(new Uri(file).AbsoluteUri);
        foreach (string scheme in (string[])["light", "dark"])
        {
            await page.EmulateMediaFeaturesAsync([new() { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
            foreach (int width in Widths)
            {
                await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
                wrong.AddRange((await page.EvaluateFunctionAsync<string[]>(Look)).Select(what => $"{scheme}, {width} px: {what}"));
            }
        }

        string.Join("\n", wrong).Should().BeEmpty();
    }
}
