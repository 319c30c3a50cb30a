using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// One number for each row that says how wrong the answer is: of classes the mean of <c>-log p</c> of the true one, of values the root mean
/// square of the errors, each output in units of the deviation of its targets over all rows.
/// </summary>
internal static class RowErrors
{
    /// <summary>Rows with their errors, the largest first; rows without a known target or an answer are left out.</summary>
    public static IReadOnlyList<(int Row, double Error)> Of(TestAnswers answers)
    {
        var errors = answers.Rows.Targets.Kind == TargetKind.Class ? OfClasses(answers) : OfValues(answers);
        return [.. errors.Where(row => double.IsFinite(row.Error)).OrderByDescending(row => row.Error).ThenBy(row => row.Row)];
    }

    private static IEnumerable<(int Row, double Error)> OfClasses(TestAnswers answers)
        => answers.Classes().Where(answer => answer.Class < answers.Outputs).GroupBy(answer => answer.Row).Select(row => (
            row.Key,
            row.Average(answer => -Math.Log(Math.Max(answers.Probabilities(answer.Row, answer.Place)[answer.Class], float.Epsilon)))));

    private static IEnumerable<(int Row, double Error)> OfValues(TestAnswers answers)
    {
        int outputs = answers.Outputs;
        double[] deviations = [.. Enumerable.Range(0, outputs).Select(output => Deviation(answers, output))];
        for (int row = 0; row < answers.Rows.Count; row++)
        {
            var targets = answers.Rows.TargetsOf(row);
            double sum = 0;
            int count = 0;
            for (int i = Math.Min(answers.Skipped * outputs, targets.Length); i < targets.Length; i++)
            {
                if (float.IsNaN(targets[i]))
                    continue;
                sum += Math.Pow(((double)targets[i] - answers.Values[row][i]) / deviations[i % outputs], 2);
                count++;
            }
            yield return (row, Math.Sqrt(sum / count));
        }
    }

    private static double Deviation(TestAnswers answers, int output)
    {
        double count = 0, mean = 0, squares = 0;
        for (int row = 0; row < answers.Rows.Count; row++)
        {
            var targets = answers.Rows.TargetsOf(row);
            for (int i = output; i < targets.Length; i += answers.Outputs)
            {
                if (float.IsNaN(targets[i]))
                    continue;
                double distance = targets[i] - mean;
                mean += distance / ++count;
                squares += distance * (targets[i] - mean);
            }
        }
        return squares > 0 ? Math.Sqrt(squares / count) : 1;
    }
}
