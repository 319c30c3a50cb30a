using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests;

/// <summary>The page while its server is killed and started again.</summary>
public sealed partial class RestartTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    /// <summary>Readings behind which the sample keeps the states of its streams.</summary>
    private const int KeptEvery = 10;

    [ChromiumFact]
    public async Task ThePage_ReconnectsByItself_AndSaysHowManyReadingsAreLost()
    {
        // So slow that the chart still has what came before when the server is back.
        await using var monitor = await MonitorProcess.Start(interval: 1000);
        await using var page = await browser.Open(monitor);
        await page.ReadingsPass(3);
        // Readings pass meanwhile, however soon the server is there again.
        long last = await Restart(monitor, page, away: TimeSpan.FromSeconds(2.5));
        await page.IsLive();
        await page.ReadingsPass(2);
        page.ServerIsAway = false;
        var said = Lost().Match(await page.News.InnerTextAsync());
        said.Success.Should().BeTrue();
        long lost = long.Parse(said.Groups[1].Value);

        // The streams have gone on from what was kept: lost is what passed while nobody read, and what was not kept before.
        long first = await page.Page.EvaluateAsync<long>(
            "last => [...pumps.get('pump-1').readings.keys()].find(number => number > last)", last);
        lost.Should().BeInRange(first - last - 1, first - last - 1 + KeptEvery).And.BePositive();
        (await page.Page.Locator("#pump-1 .chart .gap").GetAttributeAsync("d")).Should().NotBeEmpty();
        page.Wrong.Should().BeEmpty();
    }

    [ChromiumFact]
    public async Task AnAlert_StaysOpenWhileTheServerIsAway_AndEndsBehindIt()
    {
        await using var monitor = await MonitorProcess.Start(interval: 200);
        await using var page = await browser.Open(monitor);
        await page.Button("Inject a fault into Pump 4").ClickAsync();
        await page.Says("Alert: Pump 4 is hotter than expected.");
        await Restart(monitor, page);
        await page.IsLive();
        page.ServerIsAway = false;
        // The simulated fault has ended with the program that simulated it.
        await page.Says("Pump 4 is within its band again.");
        await page.FirstAlertIs("Pump 4: ended");
        (await page.Alerts.CountAsync()).Should().Be(1);
        page.Wrong.Should().BeEmpty();
    }

    /// <summary>Returns the number of the last reading before.</summary>
    private static async Task<long> Restart(MonitorProcess monitor, MonitorPage page, TimeSpan away = default)
    {
        page.ServerIsAway = true;
        await monitor.Kill();
        await page.Page.Locator("#connection[data-state=lost]").WaitForAsync();
        await page.Says("The connection to the server is lost.");
        (await page.Button("Inject a fault into Pump 1").IsEnabledAsync()).Should().BeFalse();
        long last = await page.Reading();
        await Task.Delay(away);
        await monitor.Start();
        return last;
    }

    [GeneratedRegex(@"go on from the state that was kept\. (\d+) readings of each pump are lost\.")]
    private static partial Regex Lost();
}
