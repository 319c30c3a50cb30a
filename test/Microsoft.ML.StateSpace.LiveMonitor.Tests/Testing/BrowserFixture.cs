using Microsoft.ML.StateSpace.Testing;
using Microsoft.Playwright;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

/// <summary>One headless Chromium for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
            return;
        _playwright = await Playwright.Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            // A container has no sandbox, and little shared memory.
            ExecutablePath = Chromium.Program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>Opens the page of a monitor.</summary>
    internal async Task<MonitorPage> Open(MonitorProcess monitor, ColorScheme scheme = ColorScheme.Light)
        => await MonitorPage.Open(await _browser!.NewPageAsync(new() { ColorScheme = scheme }), monitor);

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
