namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// Records what a training reports at the end of each epoch, for <see cref="ReportOptions.LearningCurve"/>: set it as the
/// <see cref="TrainingOptions.Progress"/>. A training that goes on from a checkpoint is recorded from there.
/// </summary>
/// <example>
/// <code>
/// var curve = new TrainingCurve();
/// var options = new SequenceClassificationOptions { Training = new() { Progress = curve } };
/// var model = mlContext.Transforms.StateSpace.SequenceClassification(options).Fit(trainData);
/// model.WriteReport("report.html", testData, new ReportOptions { LearningCurve = curve });
/// </code>
/// </example>
/// <param name="next">Who is told as well, such as a display. Default: nobody.</param>
public sealed class TrainingCurve(IProgress<TrainingProgress>? next = null) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _epochs = [];

    /// <summary>What was reported, in its order.</summary>
    public IReadOnlyList<TrainingProgress> Epochs => _epochs;

    /// <summary>Records the end of an epoch.</summary>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _epochs.Add(value);
        next?.Report(value);
    }
}
