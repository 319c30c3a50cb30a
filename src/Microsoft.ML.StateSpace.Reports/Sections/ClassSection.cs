namespace Microsoft.ML.StateSpace.Reports;

/// <summary>How good a classifier or tagger is: accuracy, confusions, and how each class is found.</summary>
internal static class ClassSection
{
    private const int MostClassesOfMatrix = 25, MostConfusions = 25;

    public static void Add(ReportPage page, TestAnswers answers)
    {
        bool isStep = answers.Rows.Targets.Axis == Tasks.AnswerAxis.Step;
        string one = isStep ? "time step" : "row";
        var metrics = MetricsOf(answers);
        string skipped = answers.Skipped > 0 ? $" The first {answers.Skipped} time steps of each row do not count, as in training." : "";
        page.BeginSection("How good it is", $"On {Number.Text(metrics.Count)} {one}s with a known class.{skipped}");
        List<(string, string)> numbers =
        [
            ("accuracy", Number.Percent(metrics.MicroAccuracy)), ("mean recall of classes", Number.Percent(metrics.MacroAccuracy)),
            ("mean F1 of classes", Number.Text(metrics.MacroF1)), ("log loss", Number.Text(LogLoss(answers))),
        ];
        if (answers.Outputs == 2)
            numbers.Add(("area under the ROC curve", Number.Text(AreaUnderCurve(answers))));
        if (metrics.Missing > 0)
            numbers.Add(("without an answer", Number.Text(metrics.Missing)));
        page.AddNumbers(numbers);
        page.AddTable(metrics.Tags.Count <= MostClassesOfMatrix ? Matrix(metrics, one) : Confusions(metrics, one));
        page.AddTable(new(
            "Each class", ["class", $"{one}s", "answered", "precision", "recall", "F1"],
            [.. metrics.Tags.Select(tag => (string[])
            [
                tag.Name, Number.Text(tag.Actual), Number.Text(tag.Predicted), Number.Percent(tag.Precision), Number.Percent(tag.Recall),
                Number.Text(tag.F1Score),
            ])]));
    }

    private static SequenceTaggingMetrics MetricsOf(TestAnswers answers)
    {
        int classes = answers.Outputs;
        var counts = new long[classes, classes];
        long[] missing = new long[classes];
        long unknown = 0;
        foreach (var (row, place, actual) in answers.Classes())
        {
            int answered = answers.Answered(row, place);
            if (actual >= classes)
                unknown++;
            else if (answered < 0)
                missing[actual]++;
            else
                counts[actual, answered]++;
        }
        return new([.. answers.OutputNames], counts, missing, unknown);
    }

    private static ReportTable Matrix(SequenceTaggingMetrics metrics, string one)
    {
        var classes = Enumerable.Range(0, metrics.Tags.Count);
        return new(
            $"Confusion matrix: {one}s of each true class by the class that was answered",
            ["true class", .. metrics.Tags.Select(tag => tag.Name)],
            [.. classes.Select(actual => (string[])
                [metrics.Tags[actual].Name, .. classes.Select(answered => Number.Text(metrics.Confusion(actual, answered)))])])
        {
            Shares = [.. classes.Select(actual => (double[])
                [0, .. classes.Select(answered => metrics.Confusion(actual, answered) / Math.Max(1.0, metrics.Tags[actual].Actual))])],
        };
    }

    private static ReportTable Confusions(SequenceTaggingMetrics metrics, string one)
    {
        int classes = metrics.Tags.Count;
        var pairs = Enumerable.Range(0, classes * classes).Select(i => (Actual: i / classes, Answered: i % classes))
            .Where(pair => pair.Actual != pair.Answered && metrics.Confusion(pair.Actual, pair.Answered) > 0)
            .OrderByDescending(pair => metrics.Confusion(pair.Actual, pair.Answered)).Take(MostConfusions);
        return new(
            $"The most frequent confusions of {classes} classes", ["true class", "answered", $"{one}s", "share of the true class"],
            [.. pairs.Select(pair => (string[])
            [
                metrics.Tags[pair.Actual].Name, metrics.Tags[pair.Answered].Name,
                Number.Text(metrics.Confusion(pair.Actual, pair.Answered)),
                Number.Percent(metrics.Confusion(pair.Actual, pair.Answered) / (double)metrics.Tags[pair.Actual].Actual),
            ])]);
    }

    private static double LogLoss(TestAnswers answers)
        => answers.Classes().Where(answer => answer.Class < answers.Outputs)
            .Select(answer => (double)answers.Probabilities(answer.Row, answer.Place)[answer.Class])
            .Where(double.IsFinite).Select(p => -Math.Log(Math.Max(p, float.Epsilon))).DefaultIfEmpty(double.NaN).Average();

    // The probability that a row of the second class has the higher score of two (Hanley and McNeil 1982), by ranks.
    private static double AreaUnderCurve(TestAnswers answers)
    {
        var scores = answers.Classes().Select(answer => (Score: answers.Probabilities(answer.Row, answer.Place)[1], answer.Class))
            .Where(answer => float.IsFinite(answer.Score)).GroupBy(answer => answer.Score).OrderBy(same => same.Key).ToList();
        double below = 0, won = 0, positives = 0;
        foreach (var same in scores)
        {
            int negative = same.Count(answer => answer.Class == 0), positive = same.Count() - negative;
            won += positive * (below + 0.5 * negative);
            below += negative;
            positives += positive;
        }
        return won / (below * positives);
    }
}
