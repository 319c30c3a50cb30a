// Mirrors Microsoft.ML.AutoML.IMonitor, and the internal MLContextMonitor (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

public interface IMonitor
{
    void ReportCompletedTrial(TrialResult result);

    void ReportBestTrial(TrialResult result);

    void ReportFailTrial(TrialSettings settings, Exception exception = null);

    void ReportRunningTrial(TrialSettings settings);
}

internal sealed class MLContextMonitor(IChannel logger, SweepablePipeline pipeline) : IMonitor
{
    public void ReportRunningTrial(TrialSettings settings) => Say($"Update Running Trial - Id: {settings.TrialId}");

    public void ReportCompletedTrial(TrialResult result)
        => Say($"Update Completed Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric} - "
            + $"Pipeline: {pipeline} - Duration: {result.DurationInMilliseconds}");

    public void ReportBestTrial(TrialResult result)
        => Say($"Update Best Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric} - "
            + $"Pipeline: {pipeline.ToString(result.TrialSettings.Parameter)}");

    public void ReportFailTrial(TrialSettings settings, Exception exception = null)
        => Say($"Update Failed Trial - Id: {settings.TrialId} - Pipeline: {pipeline.ToString(settings.Parameter)}");

    private void Say(string line) => logger.Info(MessageSensitivity.Unknown, line);
}
