using Microsoft.ML.AutoML;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// Measures as AutoML's own, but leaves the limit of memory to the runner: AutoML's stops the whole sweep there, for it cancels the trial
/// as the end of the time does.
/// </summary>
internal sealed class QuietPerformanceMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel channel, int interval)
    : DefaultPerformanceMonitor(settings, channel, interval)
{
    public override void OnPerformanceMetricsUpdatedHandler(
        TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
    {
    }
}
