using Microsoft.ML.AutoML;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// Measures as AutoML's own monitor does, but leaves the limit of memory to the trial runner. AutoML's monitor would end the whole sweep at
/// that limit, because it cancels the trial in the same way as the end of the time does.
/// </summary>
internal sealed class QuietPerformanceMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel channel, int interval)
    : DefaultPerformanceMonitor(settings, channel, interval)
{
    public override void OnPerformanceMetricsUpdatedHandler(
        TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
    {
    }
}
