// Mirrors Microsoft.ML.AutoML.IPerformanceMonitor, DefaultPerformanceMonitor and TrialPerformanceMetrics (package and assembly
// Microsoft.ML.AutoML).
using System.Diagnostics;
using Microsoft.ML.Runtime;
using Timer = System.Timers.Timer;

namespace Microsoft.ML.AutoML;

public class TrialPerformanceMetrics
{
    public TrialPerformanceMetrics()
    {
    }

    public double? PeakMemoryUsage { get; set; }

    public double? PeakCpuUsage { get; set; }

    public double CpuUsage { get; internal set; }

    public double MemoryUsage { get; internal set; }
}

public interface IPerformanceMonitor : IDisposable
{
    event EventHandler<TrialPerformanceMetrics> PerformanceMetricsUpdated;

    void Start();

    void Pause();

    void Stop();

    double? GetPeakMemoryUsageInMegaByte();

    double? GetPeakCpuUsage();

    void OnPerformanceMetricsUpdatedHandler(
        TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource);
}

public class DefaultPerformanceMonitor : IPerformanceMonitor
{
    private const double Megabyte = 1024 * 1024;

    private readonly AutoMLExperiment.AutoMLExperimentSettings _settings;
    private readonly int _interval;
    private Timer _timer;
    private TimeSpan _cpuTime;
    private double? _peakCpu;
    private double? _peakMemory;

    public DefaultPerformanceMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel logger, int checkIntervalInMilliseconds)
    {
        _settings = settings;
        _interval = checkIntervalInMilliseconds;
    }

    public event EventHandler<TrialPerformanceMetrics> PerformanceMetricsUpdated;

    public double? GetPeakCpuUsage() => _peakCpu;

    public double? GetPeakMemoryUsageInMegaByte() => _peakMemory;

    public void Start()
    {
        if (_timer is null)
        {
            _timer = new Timer(_interval) { AutoReset = true };
            _cpuTime = CpuTime();
            _timer.Elapsed += (_, _) => Sample();
        }
        _timer.Enabled = false;
        Sample();
        _timer.Enabled = true;
    }

    public void Pause() => _timer.Enabled = false;

    public void Stop()
    {
        _timer?.Stop();
        _timer?.Dispose();
        _timer = null;
        (_peakCpu, _peakMemory) = (null, null);
    }

    public void Dispose() => Stop();

    public virtual void OnPerformanceMetricsUpdatedHandler(
        TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
    {
        if (_settings.MaximumMemoryUsageInMegaByte is { } limit && metrics.PeakMemoryUsage > limit
            && !trialCancellationTokenSource.IsCancellationRequested)
            trialCancellationTokenSource.Cancel();
    }

    private void Sample()
    {
        var now = CpuTime();
        double cpu = (now - _cpuTime).TotalMilliseconds / (Environment.ProcessorCount * _interval);
        double memory = Environment.WorkingSet / Megabyte;
        _cpuTime = now;
        (_peakCpu, _peakMemory) = (Math.Max(cpu, _peakCpu ?? 0), Math.Max(memory, _peakMemory ?? 0));
        PerformanceMetricsUpdated?.Invoke(
            this, new() { CpuUsage = cpu, MemoryUsage = memory, PeakCpuUsage = _peakCpu, PeakMemoryUsage = _peakMemory });
    }

    private static TimeSpan CpuTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
