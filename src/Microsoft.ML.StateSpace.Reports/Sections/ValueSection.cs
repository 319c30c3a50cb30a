using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>How far answers that are values lie from their targets, output by output.</summary>
internal static class ValueSection
{
    private const int MostCharts = 6, MostPoints = 600, MostPlaces = 120;

    public static void Add(ReportPage page, TestAnswers answers, TrainingOptions training)
    {
        bool isStep = answers.Rows.Targets.Axis == AnswerAxis.Step;
        int outputs = answers.Outputs;
        var errors = new ValueErrors[outputs];
        long unanswered = 0;
        foreach (var (_, _, output, target, answer) in Pairs(answers))
        {
            if (double.IsFinite(answer))
                errors[output].Add(target, answer);
            else
                unanswered++;
        }
        string skipped = answers.Skipped > 0 ? $" The first {answers.Skipped} time steps of each row do not count, as in training." : "";
        page.BeginSection(
            "How good it is", $"On {Number.Text(errors.Sum(error => error.Count))} values of {Number.Text((long)answers.Rows.Count)} rows."
            + $"{skipped} FIT is 100 % (1 - RMSE / standard deviation of the target): 100 % is perfect, 0 % no better than the mean.");
        List<(string, string)> numbers =
        [
            ("FIT", Number.Percent(Mean(errors, error => 1 - error.Normalized()))),
            ("R²", Number.Text(Mean(errors, error => 1 - Math.Pow(error.Normalized(), 2)))),
            ("RMSE", Number.Text(Mean(errors, error => error.RootMeanSquared))),
        ];
        if (unanswered > 0)
            numbers.Add(("without an answer", Number.Text(unanswered)));
        page.AddNumbers(numbers);
        page.AddTable(new(
            "Error of each output", ["output", "values", "RMSE", "MAE", "RMSE / deviation", "FIT", "R²", "VAF"],
            [.. errors.Select((error, i) => (string[])
            [
                answers.OutputNames[i], Number.Text(error.Count), Number.Text(error.RootMeanSquared), Number.Text(error.MeanAbsolute),
                Number.Text(error.Normalized()), Number.Percent(1 - error.Normalized()), Number.Text(1 - Math.Pow(error.Normalized(), 2)),
                Number.Percent(1 - error.NormalizedVariance()),
            ])]));
        if (training.Loss == ValueLossKind.Quantile)
            page.AddText(
                $"The model was trained for the quantile {Number.Text(training.Quantile)}. Of the targets "
                + $"{Number.Percent(Pairs(answers).Average(pair => pair.Target <= pair.Answer ? 1.0 : 0))} are not above its answers.");
        if (isStep)
            AddByTime(page, answers);
        AddScatter(page, answers);
    }

    private static IEnumerable<(int Row, int Place, int Output, float Target, float Answer)> Pairs(TestAnswers answers)
    {
        int outputs = answers.Outputs;
        for (int row = 0; row < answers.Rows.Count; row++)
        {
            float[] targets = answers.Rows.TargetsOf(row).ToArray();
            for (int i = Math.Min(answers.Skipped * outputs, targets.Length); i < targets.Length; i++)
            {
                if (!float.IsNaN(targets[i]))
                    yield return (row, i / outputs, i % outputs, targets[i], answers.Values[row][i]);
            }
        }
    }

    private static double Mean(ValueErrors[] errors, Func<ValueErrors, double> of)
        => errors.Where(error => error.Count > 0).Select(of).DefaultIfEmpty(double.NaN).Average();

    // Where the start of a record is not known, its first answers are worse.
    private static void AddByTime(ReportPage page, TestAnswers answers)
    {
        int longest = Enumerable.Range(0, answers.Rows.Count).Max(answers.Rows.Length), width = (longest - 1) / MostPlaces + 1;
        if (longest < 2)
            return;
        var chart = new Chart(
            "Error by time step", new("time step"), new("RMSE") { Shows = [0] })
        {
            Text = width > 1 ? $"Root mean squared error over {width} time steps each." : "",
        };
        var pairs = Pairs(answers).Where(pair => float.IsFinite(pair.Answer)).ToLookup(pair => pair.Output);
        for (int output = 0; output < Math.Min(MostCharts, answers.Outputs); output++)
        {
            chart.AddLine(
                answers.OutputNames[output],
                pairs[output].GroupBy(pair => pair.Place / width).OrderBy(same => same.Key).Select(same => (
                    (double)same.Key * width, Math.Sqrt(same.Average(pair => Math.Pow((double)pair.Target - pair.Answer, 2))))));
        }
        page.AddChart(chart);
    }

    private static void AddScatter(ReportPage page, TestAnswers answers)
    {
        var charts = new List<Chart>();
        var pairs = Pairs(answers).Where(pair => float.IsFinite(pair.Answer)).ToLookup(pair => pair.Output);
        for (int output = 0; output < Math.Min(MostCharts, answers.Outputs); output++)
        {
            var shown = Thinning.Every(pairs[output].ToList(), MostPoints);
            if (shown.Count == 0)
                continue;
            double low = shown.Min(pair => Math.Min(pair.Target, pair.Answer));
            double high = shown.Max(pair => Math.Max(pair.Target, pair.Answer));
            var chart = new Chart(
                $"{answers.OutputNames[output]}: answers and targets", new("target") { Shows = [low, high] },
                new("answer") { Shows = [low, high] }) { HasEqualUnits = true };
            chart.AddGuide("as it should be", [(low, low), (high, high)]);
            chart.AddDots("answers", shown.Select(pair => ((double)pair.Target, (double)pair.Answer)));
            charts.Add(chart);
        }
        page.AddCharts(charts);
    }
}
