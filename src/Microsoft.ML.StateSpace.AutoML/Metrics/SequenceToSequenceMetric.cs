using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>How far predicted sequences are from the true ones.</summary>
public enum SequenceToSequenceMetric
{
    /// <summary><c>100 (1 - NRMSE)</c>: larger is better.</summary>
    FitPercent,

    /// <summary>Root of the mean squared error.</summary>
    RootMeanSquaredError,

    /// <summary>That error divided by the standard deviation of the target.</summary>
    NormalizedRootMeanSquaredError,

    /// <summary>Mean absolute error.</summary>
    MeanAbsoluteError,

    /// <summary>The share of the variance that is explained: larger is better.</summary>
    RSquared,
}

/// <summary>
/// One number of <c>mlContext.Transforms.StateSpace.EvaluateSequenceToSequence</c> as the metric of a sweep; for
/// <see cref="SequenceHalvingOptions.Metric"/>.
/// </summary>
/// <param name="metric">Which.</param>
/// <param name="targetColumnName">The true sequences.</param>
/// <param name="outputColumnName">The predicted sequences.</param>
/// <param name="skip">Time steps left out at the beginning of each row.</param>
public sealed class SequenceToSequenceMetricManager(
    SequenceToSequenceMetric metric, string targetColumnName = "Target", string outputColumnName = "Output", int skip = 0)
    : IEvaluateMetricManager
{
    /// <inheritdoc/>
    public bool IsMaximize => metric is SequenceToSequenceMetric.FitPercent or SequenceToSequenceMetric.RSquared;

    /// <inheritdoc/>
    public string MetricName => metric.ToString();

    /// <inheritdoc/>
    public double Evaluate(MLContext context, IDataView eval)
    {
        ArgumentNullException.ThrowIfNull(context);
        var metrics = context.Transforms.StateSpace.EvaluateSequenceToSequence(eval, targetColumnName, outputColumnName, skip);
        return metric switch
        {
            SequenceToSequenceMetric.FitPercent => metrics.FitPercent,
            SequenceToSequenceMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
            SequenceToSequenceMetric.NormalizedRootMeanSquaredError => metrics.NormalizedRootMeanSquaredError,
            SequenceToSequenceMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
            SequenceToSequenceMetric.RSquared => metrics.RSquared,
            _ => throw new ArgumentOutOfRangeException(nameof(eval), metric, "No such metric."),
        };
    }
}
