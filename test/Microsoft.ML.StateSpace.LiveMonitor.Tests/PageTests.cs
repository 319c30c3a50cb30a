using Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.Playwright;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests;

/// <summary>The page while its server runs.</summary>
public sealed class PageTests(BrowserFixture browser, MonitorFixture fixture) : IClassFixture<BrowserFixture>, IClassFixture<MonitorFixture>
{
    /// <summary>Of each pump: the temperature, the band that was expected, and the path of the forecast.</summary>
    private const string Shown = """
        () => [...document.querySelectorAll('.card')].flatMap(card => [
          card.querySelector('.number').textContent, card.querySelector('.expected').textContent,
          card.querySelector('.ahead').getAttribute('d')])
        """;

    private static readonly int[] Widths = [320, 390, 768, 1280];

    private static readonly string Look = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Look.js"));

    [ChromiumFact]
    public async Task ValuesAndCharts_Move()
    {
        await using var page = await browser.Open(fixture.Monitor);
        await page.ReadingsPass(0);
        string[] before = await page.Page.EvaluateAsync<string[]>(Shown);
        before.Should().HaveCount(6 * 3);
        before.Should().NotContain("").And.NotContain("–");
        // A temperature may come back to the same tenth of a degree; at some reading all have left it.
        await page.Page.WaitForFunctionAsync($"before => ({Shown})().every((text, i) => text !== before[i])", before);
        page.Wrong.Should().BeEmpty();
    }

    [ChromiumFact]
    public async Task AFault_RaisesAnAlertThatNamesThePump_AndEndsWithIt()
    {
        await using var page = await browser.Open(fixture.Monitor);
        // By the keyboard alone.
        await page.Button("Inject a fault into Pump 2").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Says("Alert: Pump 2 is hotter than expected.");
        await page.FirstAlertIs("Pump 2: open");
        await page.Page.Locator("#pump-2[data-state=alert]").WaitForAsync();
        await page.Button("End the fault of Pump 2").ClickAsync();
        await page.Says("Pump 2 is within its band again.");
        await page.FirstAlertIs("Pump 2: ended");
        (await page.Page.Locator("[data-state=alert]").CountAsync()).Should().Be(0);
        page.Wrong.Should().BeEmpty();
    }

    [ChromiumFact]
    public async Task AFaultThatIsPosted_EndsByItself()
    {
        await using var page = await browser.Open(fixture.Monitor);
        (await fixture.Monitor.Client.PostAsync("pumps/pump-5/fault", null)).EnsureSuccessStatusCode();
        await page.Says("Alert: Pump 5 is hotter than expected.");
        await page.Says("Pump 5 is within its band again.");
        await page.Button("Inject a fault into Pump 5").WaitForAsync();
        page.Wrong.Should().BeEmpty();
    }

    [ChromiumFact]
    public async Task Pause_HoldsThePage_UntilItGoesOn()
    {
        await using var page = await browser.Open(fixture.Monitor);
        await page.ReadingsPass(1);
        await page.Page.Keyboard.PressAsync("Tab");
        (await page.Page.Locator(":focus").InnerTextAsync()).Should().Be("Skip to the pumps");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Space");
        await page.Page.Locator("#pause[aria-pressed=true]").WaitForAsync();
        // What was to be drawn before is drawn now. Another page tells that readings go on.
        await page.Page.EvaluateAsync("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        long held = await page.Reading();
        await using (var other = await browser.Open(fixture.Monitor))
            await other.ReadingsPass(5);
        (await page.Reading()).Should().Be(held);
        await page.Page.Keyboard.PressAsync("Space");
        await page.ReadingsPass(5);
        (await page.Reading()).Should().BeGreaterThan(held + 5);
        page.Wrong.Should().BeEmpty();
    }

    [ChromiumTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task NothingOverlaps_OnAPhoneATabletOrADesk(ColorScheme scheme)
    {
        await using var page = await browser.Open(fixture.Monitor, scheme);
        await page.Button("Inject a fault into Pump 3").ClickAsync();
        await page.FirstAlertIs("Pump 3: open");
        var wrong = new List<string>();
        foreach (int width in Widths)
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            await page.ReadingsPass(1);
            wrong.AddRange((await page.Page.EvaluateAsync<string[]>(Look)).Select(what => $"{width} px: {what}"));
        }
        string.Join("\n", wrong).Should().BeEmpty();
        page.Wrong.Should().BeEmpty();
        await fixture.Monitor.Client.DeleteAsync("pumps/pump-3/fault");
        await page.FirstAlertIs("Pump 3: ended");
    }
}
