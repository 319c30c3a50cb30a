namespace Microsoft.ML.StateSpace.Reports;

/// <summary>How far the probabilities of a classifier can be trusted: a reliability diagram, of ten bins of equal width.</summary>
internal static class CalibrationSection
{
    private const int Bins = 10;

    public static void Add(ReportPage page, TestAnswers answers)
    {
        bool isBinary = answers.Outputs == 2;
        string what = isBinary ? $"probability of {answers.OutputNames[1]}" : "probability of the class that is answered";
        string came = isBinary ? $"share of {answers.OutputNames[1]}" : "share of right answers";
        var pairs = Pairs(answers, isBinary).ToList();
        if (pairs.Count == 0)
            return;
        var bins = pairs.GroupBy(pair => Math.Min(Bins - 1, (int)(Bins * pair.Probability))).OrderBy(bin => bin.Key)
            .Select(bin => (bin.Key, Count: bin.Count(), Said: bin.Average(pair => pair.Probability),
                Came: bin.Average(pair => pair.IsSo ? 1.0 : 0))).ToList();
        double error = bins.Sum(bin => bin.Count * Math.Abs(bin.Said - bin.Came)) / pairs.Count;

        page.BeginSection(
            "Calibration",
            "Of answers that are given with 80 %, four of five should be right. Below the diagonal the model is too sure of itself, above "
            + "it not sure enough. Bins with few answers say little.");
        page.AddNumbers(
        [
            ("expected calibration error", Number.Percent(error)), ("mean probability", Number.Percent(pairs.Average(p => p.Probability))),
            (came, Number.Percent(pairs.Average(p => p.IsSo ? 1.0 : 0))),
        ]);
        var chart = new Chart("Reliability diagram", new(what) { Shows = [0, 1] }, new(came) { Shows = [0, 1] }) { HasEqualUnits = true };
        chart.AddGuide("as it should be", [(0, 0), (1, 1)]);
        chart.AddLine("this model", bins.Select(bin => (bin.Said, bin.Came)), ChartColor.Blue);
        chart.AddDots("this model", bins.Select(bin => (bin.Said, bin.Came)), ChartColor.Blue);
        page.AddChart(chart);
        page.AddTable(new(
            "Bins of the diagram", ["bin", "answers", $"mean {what}", came, "difference"],
            [.. bins.Select(bin => (string[])
            [
                $"{10 * bin.Key}–\u2060{10 * bin.Key + 10}\u00A0%", Number.Text((long)bin.Count), Number.Percent(bin.Said),
                Number.Percent(bin.Came), Number.Percent(bin.Came - bin.Said),
            ])]));
    }

    private static IEnumerable<(double Probability, bool IsSo)> Pairs(TestAnswers answers, bool isBinary)
    {
        foreach (var (row, place, actual) in answers.Classes())
        {
            int answered = isBinary ? 1 : answers.Answered(row, place);
            double probability = answered < 0 ? double.NaN : answers.Probabilities(row, place)[answered];
            if (double.IsFinite(probability))
                yield return (probability, actual == answered);
        }
    }
}
