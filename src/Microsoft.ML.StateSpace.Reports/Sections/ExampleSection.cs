using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>The test rows with the largest errors: their sequences, and what was answered to them.</summary>
internal static class ExampleSection
{
    private const int MostOutputs = 3, MostSteps = 2000;

    public static void Add(ReportPage page, TestAnswers answers, int count)
    {
        var worst = RowErrors.Of(answers).Take(count).ToList();
        if (worst.Count == 0)
            return;
        bool isClass = answers.Rows.Targets.Kind == TargetKind.Class, isStep = answers.Rows.Targets.Axis == AnswerAxis.Step;
        string error = isClass ? "loss, -log of the probability of the true class" : "error in deviations of the targets";
        page.BeginSection(
            "The largest errors",
            $"The test rows with the largest {error}{(isStep ? ", over the row" : "")}. Rows are counted from 0.");
        page.AddTable(isStep ? StepTable(answers, worst, error) : RowTable(answers, worst, error));
        page.AddCharts(worst.SelectMany(row => Charts(answers, row.Row)));
    }

    private static ReportTable RowTable(TestAnswers answers, IEnumerable<(int Row, double Error)> worst, string error)
        => answers.Rows.Targets.Kind == TargetKind.Class
            ? new(
                "Answers to these rows", ["row", "true class", "answered", "with probability", "probability of the true class", "loss"],
                [.. worst.Select(row =>
                {
                    int actual = answers.Rows.Classes(row.Row)[0], answered = answers.Answered(row.Row, 0);
                    var probabilities = answers.Probabilities(row.Row, 0);
                    return (string[])
                    [
                        Number.Text((long)row.Row), answers.OutputNames[actual], answers.OutputNames[answered],
                        Number.Percent(probabilities[answered]), Number.Percent(probabilities[actual]), Number.Text(row.Error),
                    ];
                })])
            : new(
                "Answers to these rows", ["row", "target", "answer", error],
                [.. worst.Select(row => (string[])
                [
                    Number.Text((long)row.Row), Values(answers.Rows.TargetsOf(row.Row)), Values(answers.Values[row.Row]),
                    Number.Text(row.Error),
                ])]);

    private static ReportTable StepTable(TestAnswers answers, IEnumerable<(int Row, double Error)> worst, string error)
        => new(
            "These rows", ["row", "time steps", error],
            [.. worst.Select(row => (string[])
                [Number.Text((long)row.Row), Number.Text((long)answers.Rows.Length(row.Row)), Number.Text(row.Error)])]);

    private static IEnumerable<Chart> Charts(TestAnswers answers, int row)
    {
        bool isClass = answers.Rows.Targets.Kind == TargetKind.Class, isStep = answers.Rows.Targets.Axis == AnswerAxis.Step;
        string what = isStep ? ": the sequence" : isClass
            ? $": {answers.OutputNames[answers.Rows.Classes(row)[0]]}, answered {answers.OutputNames[answers.Answered(row, 0)]}"
            : $": {Values(answers.Rows.TargetsOf(row))}, answered {Values(answers.Values[row])}";
        yield return SequenceChart.Of(answers, row, $"Row {Number.Text((long)row)}{what}");
        if (isStep && isClass)
            yield return Tags(answers, row);
        for (int output = 0; isStep && !isClass && output < Math.Min(MostOutputs, answers.Outputs); output++)
            yield return Outputs(answers, row, output);
    }

    private static Chart Tags(TestAnswers answers, int row)
    {
        int steps = Math.Min(MostSteps, answers.Rows.Length(row));
        int[] actual = answers.Rows.Classes(row).ToArray();
        var chart = new Chart(
            $"Row {Number.Text((long)row)}: tags", new("time step"), new("") { Names = answers.OutputNames });
        chart.AddDots(
            "true", Enumerable.Range(0, steps).Where(t => actual[t] >= 0).Select(t => ((double)t, (double)actual[t])), ChartColor.Ink);
        chart.AddDots(
            "answered otherwise", Enumerable.Range(0, steps).Select(t => (T: t, Tag: answers.Answered(row, t)))
                .Where(step => step.Tag >= 0 && step.Tag != actual[step.T]).Select(step => ((double)step.T, (double)step.Tag)),
            ChartColor.Orange);
        return chart;
    }

    private static Chart Outputs(TestAnswers answers, int row, int output)
    {
        int outputs = answers.Outputs, steps = answers.Rows.Length(row);
        float[] targets = answers.Rows.TargetsOf(row).ToArray(), values = answers.Values[row];
        IEnumerable<(double, double)> Line(float[] of)
            => Enumerable.Range(0, steps).Select(t => ((double)t, (double)of[t * outputs + output]));

        string name = answers.OutputNames[output];
        var chart = new Chart($"Row {Number.Text((long)row)}: {name}", new("time step"), new(name));
        chart.AddLine("target", Line(targets), ChartColor.Ink, isThin: true);
        chart.AddLine("answer", Line(values), ChartColor.Blue);
        return chart;
    }

    private static string Values(ReadOnlySpan<float> values)
        => string.Join(", ", values.ToArray().Take(MostOutputs).Select(value => Number.Text(Math.Round(value, 6))))
            + (values.Length > MostOutputs ? ", …" : "");
}
