using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>A silo in a process of its own, as the process that has started it sees it.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private SiloProcess(SiloSettings settings)
    {
        Settings = settings;
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, [typeof(SiloProcess).Assembly.Location, settings.ToArgument()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (settings.Processors > 0)
            start.Environment["DOTNET_PROCESSOR_COUNT"] = $"{settings.Processors}";
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginErrorReadLine();
    }

    public SiloSettings Settings { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a silo, and returns when it takes part in its cluster.</summary>
    public static async Task<SiloProcess> Start(SiloSettings settings)
    {
        var silo = new SiloProcess(settings);
        try
        {
            string? line = await silo._process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            return line == Program.Ready ? silo
                : throw new InvalidOperationException($"The silo did not start; it wrote '{line}' and then {silo._errors}");
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it without a word.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ends what a silo reads, as the end of this process would, and returns when it has ended.</summary>
    public async Task Abandon()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
