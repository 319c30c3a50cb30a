using System.Globalization;
using Microsoft.Playwright;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

/// <summary>The page as one who looks at it sees it, and all that went wrong on it.</summary>
internal sealed class MonitorPage : IAsyncDisposable
{
    private readonly List<string> _wrong = [];

    private MonitorPage(IPage page, MonitorProcess monitor)
    {
        Page = page;
        page.SetDefaultTimeout((float)Limits.Wait.TotalMilliseconds);
        page.PageError += (_, error) => _wrong.Add($"error: {error}");
        page.Console += (_, message) =>
        {
            // While no server is there, the browser itself says so.
            if (message.Type is "error" or "warning" && !(ServerIsAway && message.Text.Contains("net::ERR_", StringComparison.Ordinal)))
                _wrong.Add($"console: {message.Text}");
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(monitor.Address.AbsoluteUri, StringComparison.Ordinal))
                _wrong.Add($"asks for {request.Url}");
        };
    }

    public IPage Page { get; }

    public bool ServerIsAway { get; set; }

    /// <summary>All that went wrong; empty where nothing did.</summary>
    public string Wrong => string.Join("\n", _wrong);

    /// <summary>What is announced.</summary>
    public ILocator News => Page.Locator("[role=status][aria-live=polite]");

    public ILocator Alerts => Page.Locator("#alerts li");

    public static async Task<MonitorPage> Open(IPage page, MonitorProcess monitor)
    {
        var opened = new MonitorPage(page, monitor);
        await page.GotoAsync(monitor.Address.AbsoluteUri);
        await opened.IsLive();
        return opened;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task IsLive() => Page.Locator("#connection[data-state=live]").WaitForAsync();

    /// <summary>The number of the reading that is shown.</summary>
    public async Task<long> Reading()
        => long.Parse((await Page.InnerTextAsync("#reading")).Replace("Reading ", ""), CultureInfo.InvariantCulture);

    /// <summary>Waits until the page has drawn so many readings more.</summary>
    public async Task ReadingsPass(int count)
    {
        await Page.WaitForFunctionAsync("() => document.querySelector('#reading').textContent !== ''");
        await Page.WaitForFunctionAsync(
            "least => +document.querySelector('#reading').textContent.replace('Reading ', '') >= least", await Reading() + count);
    }

    /// <summary>Waits until something is announced.</summary>
    public Task Says(string what) => News.Filter(new() { HasText = what }).WaitForAsync();

    /// <summary>Waits until the first alert of the list reads so.</summary>
    public Task FirstAlertIs(string what) => Alerts.First.Filter(new() { HasText = what }).WaitForAsync();

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
