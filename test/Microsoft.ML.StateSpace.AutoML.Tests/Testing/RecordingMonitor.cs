using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>Writes down what an experiment reports.</summary>
internal sealed class RecordingMonitor : IMonitor
{
    public List<string> Events { get; } = [];

    public List<TrialResult> Completed { get; } = [];

    public List<Exception?> Failures { get; } = [];

    public Action? OnRunning { get; init; }

    public Action<TrialResult>? OnCompleted { get; init; }

    public void ReportRunningTrial(TrialSettings settings)
    {
        Events.Add($"running {settings.TrialId}");
        OnRunning?.Invoke();
    }

    public void ReportCompletedTrial(TrialResult result)
    {
        Events.Add($"completed {result.TrialSettings.TrialId}");
        Completed.Add(result);
        OnCompleted?.Invoke(result);
    }

    public void ReportBestTrial(TrialResult result) => Events.Add($"best {result.TrialSettings.TrialId}");

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
    {
        Events.Add($"failed {settings.TrialId}");
        Failures.Add(exception);
    }
}
