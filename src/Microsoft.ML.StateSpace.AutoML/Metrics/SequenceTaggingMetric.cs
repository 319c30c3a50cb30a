using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>How well predicted tags agree with the true ones, over all labelled time steps; of each the larger is the better.</summary>
public enum SequenceTaggingMetric
{
    /// <summary>The share of labelled time steps whose tag is right.</summary>
    MicroAccuracy,

    /// <summary>The mean of the recalls of all tags that occur, so that a rare tag counts as much as a frequent one.</summary>
    MacroAccuracy,

    /// <summary>The mean of the F1 scores of all tags that occur: as that, and false alarms count too.</summary>
    MacroF1,
}

/// <summary>
/// One number of <c>mlContext.Transforms.StateSpace.EvaluateSequenceTagging</c> as the metric of a sweep; for
/// <see cref="SequenceHalvingOptions.Metric"/>.
/// </summary>
/// <param name="metric">Which.</param>
/// <param name="labelColumnName">The true tags: a vector of keys. Time steps with the missing key do not count.</param>
/// <param name="predictedLabelColumnName">The predicted tags: a vector of keys.</param>
public sealed class SequenceTaggingMetricManager(
    SequenceTaggingMetric metric, string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel")
    : IEvaluateMetricManager
{
    /// <inheritdoc/>
    public bool IsMaximize => true;

    /// <inheritdoc/>
    public string MetricName => metric.ToString();

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// The two columns of a row differ in length, their keys mean different tags, or no time step is labelled.
    /// </exception>
    public double Evaluate(MLContext context, IDataView eval)
    {
        ArgumentNullException.ThrowIfNull(context);
        var metrics = context.Transforms.StateSpace.EvaluateSequenceTagging(eval, labelColumnName, predictedLabelColumnName);
        return metric switch
        {
            SequenceTaggingMetric.MicroAccuracy => metrics.MicroAccuracy,
            SequenceTaggingMetric.MacroAccuracy => metrics.MacroAccuracy,
            SequenceTaggingMetric.MacroF1 => metrics.MacroF1,
            _ => throw new ArgumentOutOfRangeException(nameof(eval), metric, "No such metric."),
        };
    }
}
