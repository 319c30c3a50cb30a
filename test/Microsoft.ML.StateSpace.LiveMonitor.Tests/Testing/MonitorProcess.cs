using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

/// <summary>The sample as a program of its own, in a folder of its own, which can be killed and started again.</summary>
internal sealed class MonitorProcess : IAsyncDisposable
{
    private const string Says = "open http";

    private readonly string _folder = Directory.CreateTempSubdirectory("live-monitor-").FullName;
    private readonly int _interval;
    private Process? _process;

    private MonitorProcess(int interval) => _interval = interval;

    public int Port { get; } = FreePort();

    public Uri Address => new($"http://localhost:{Port}/");

    public HttpClient Client => field ??= new() { BaseAddress = Address, Timeout = Limits.Wait };

    /// <summary>Starts it, and waits until it serves.</summary>
    public static async Task<MonitorProcess> Start(int interval)
    {
        var monitor = new MonitorProcess(interval);
        await monitor.Start();
        return monitor;
    }

    /// <summary>Starts it again, on the same port and folder.</summary>
    public async Task Start()
    {
        _process = Begin("--folder", _folder, "--port", $"{Port}", "--interval", $"{_interval}");
        var errors = _process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limits.Wait);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            if (line.StartsWith(Says, StringComparison.Ordinal))
                return;
        throw new InvalidOperationException($"The sample has ended: {await errors}");
    }

    /// <summary>Ends it without a word.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(params string[] args)
    {
        using var process = Begin(args);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Limits.Wait);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        return (process.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is { HasExited: false })
            await Kill();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Begin(params string[] args)
    {
        string configuration
            = typeof(MonitorProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program = Repository.Path("samples", "LiveMonitor", "bin", configuration, "net10.0", "LiveMonitor.dll");
        return Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }
}
