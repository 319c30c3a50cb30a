namespace Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

/// <summary>One program for all tests that do not end it, with ten readings a second.</summary>
public sealed class MonitorFixture : IAsyncLifetime
{
    private MonitorProcess? _monitor;

    internal MonitorProcess Monitor => _monitor ?? throw new InvalidOperationException("The sample does not run.");

    public async Task InitializeAsync() => _monitor = await MonitorProcess.Start(interval: 100);

    public async Task DisposeAsync()
    {
        if (_monitor is not null)
            await _monitor.DisposeAsync();
    }
}
