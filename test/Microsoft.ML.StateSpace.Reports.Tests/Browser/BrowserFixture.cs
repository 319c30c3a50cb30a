using Microsoft.ML.StateSpace.Testing;
using PuppeteerSharp;

namespace Microsoft.ML.StateSpace.Reports.Tests.Browser;

/// <summary>One headless Chromium for all tests of pages.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IBrowser? _browser;

    /// <summary>The folder that the pages are written to; it stays, so that one can look at them.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "pages");

    internal IBrowser Browser => _browser ?? throw new InvalidOperationException("There is no Chromium.");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        if (Chromium.Program is null)
            return;
        _browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = Chromium.Program, Headless = true,
            // A container has no sandbox, and little shared memory.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }
}
