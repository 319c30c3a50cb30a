using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Judges the answers of a read-out to rows that it was not fitted on, and calibrates them: the scores of classes, which least squares
/// makes from -1 to 1, become logits by one factor for all, that of the smallest cross-entropy (temperature scaling, Guo et al. 2017).
/// </summary>
internal static class LeftOutScores
{
    // Twice the score is the logit of a class whose targets are -1 and 1, where errors are normal with variance 1 (a usual start).
    private const double UsualFactor = 2, SmallestFactor = 0.5, LargestFactor = 256;

    /// <summary>The loss by which a penalty is chosen: cross-entropy with the usual factor, or the squared error.</summary>
    /// <param name="scores">(rows, outputs).</param>
    /// <param name="targets">The targets of all rows.</param>
    /// <param name="rows">The place of each row of the scores among the targets.</param>
    public static double Loss(ReadOnlySpan<double> scores, ReadOutTargets targets, ReadOnlySpan<int> rows)
        => targets.Classes is null ? SquaredError(scores, targets, rows) : CrossEntropy(scores, targets, rows, UsualFactor);

    /// <summary>The factor that makes logits of scores; 1 where targets are values.</summary>
    public static double Calibrate(ReadOnlySpan<double> scores, ReadOutTargets targets, ReadOnlySpan<int> rows)
    {
        if (targets.Classes is null)
            return 1;
        double best = UsualFactor, least = double.PositiveInfinity;
        for (double factor = SmallestFactor; factor <= LargestFactor; factor *= Math.Sqrt(2))
        {
            double loss = CrossEntropy(scores, targets, rows, factor);
            if (loss < least)
                (best, least) = (factor, loss);
        }
        return best;
    }

    /// <summary>The factor of the smallest loss.</summary>
    public static double BestFactor(Func<double, double> loss)
    {
        double best = UsualFactor, least = double.PositiveInfinity;
        for (double factor = SmallestFactor; factor <= LargestFactor; factor *= Math.Sqrt(2))
        {
            double own = loss(factor);
            if (own < least)
                (best, least) = (factor, own);
        }
        return best;
    }

    /// <summary>Loss and metric of calibrated scores.</summary>
    public static (double Loss, double Metric) Judge(
        ReadOnlySpan<double> scores, ReadOutTargets targets, ReadOnlySpan<int> rows, double factor)
    {
        var task = targets.Classes is null ? SequenceTask.Regression : SequenceTask.Classification;
        var metric = TaskMetric.Of(task, targets.Outputs);
        var answers = new float[scores.Length];
        for (int i = 0; i < scores.Length; i++)
            answers[i] = (float)(factor * scores[i]);
        for (int i = 0; i < rows.Length; i++)
        {
            var classes = targets.Classes is null ? default : targets.Classes.AsSpan(rows[i], 1);
            var values = targets.Values.AsSpan(rows[i] * targets.Outputs, targets.Outputs);
            metric.Add(answers.AsSpan(i * targets.Outputs, targets.Outputs), new TargetRows(classes, values));
        }
        double loss = targets.Classes is null
            ? SquaredError(scores, targets, rows) : CrossEntropy(scores, targets, rows, factor);
        return (loss, metric.Value);
    }

    private static double CrossEntropy(ReadOnlySpan<double> scores, ReadOutTargets targets, ReadOnlySpan<int> rows, double factor)
    {
        int classes = targets.Outputs;
        double sum = 0, weights = 0;
        for (int row = 0; row < scores.Length / classes; row++)
        {
            var own = scores.Slice(row * classes, classes);
            double largest = double.NegativeInfinity, total = 0;
            foreach (double score in own)
                largest = Math.Max(largest, factor * score);
            foreach (double score in own)
                total += Math.Exp(factor * score - largest);
            double weight = targets.Weights[rows[row]];
            sum += weight * (largest + Math.Log(total) - factor * own[targets.Classes![rows[row]]]);
            weights += weight;
        }
        return sum / weights;
    }

    private static double SquaredError(ReadOnlySpan<double> scores, ReadOutTargets targets, ReadOnlySpan<int> rows)
    {
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double error = scores[i] - targets.Values[rows[i / targets.Outputs] * targets.Outputs + i % targets.Outputs];
            sum += error * error;
        }
        return sum / Math.Max(1, scores.Length);
    }
}
