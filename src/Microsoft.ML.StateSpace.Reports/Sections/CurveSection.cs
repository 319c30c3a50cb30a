namespace Microsoft.ML.StateSpace.Reports;

/// <summary>The learning curve: what was recorded of the training, or what a method of descent has done.</summary>
internal static class CurveSection
{
    private const string Heading = "Learning curve";

    public static void Add(ReportPage page, TrainingSummary summary, ArchitectureOptions architecture, TrainingCurve? curve)
    {
        if (curve is { Epochs.Count: > 0 })
            AddRecorded(page, summary, curve.Epochs);
        else if (summary.Descent is { } descent)
            AddDescent(page, descent);
        else if (summary.Epochs > 0)
            page.BeginSection(
                Heading,
                "It was not recorded. The file of a model holds no learning curve: to have it here, give the training a TrainingCurve as "
                + "its Progress, and the same to the LearningCurve of ReportOptions.");
        else if (architecture is StateSpaceBankOptions)
            page.BeginSection(Heading, "There is none: this model has no epochs, but a solution in closed form.");
    }

    private static void AddRecorded(ReportPage page, TrainingSummary summary, IReadOnlyList<TrainingProgress> epochs)
    {
        page.BeginSection(Heading, "At the end of each epoch. Where the model is an ensemble, each member has a curve of its own.");
        foreach (var member in epochs.GroupBy(epoch => epoch.Member))
        {
            string of = member.First().Members > 1 ? $" of member {member.Key}" : "";
            var loss = new Chart($"Loss{of}", new("epoch"), new("loss") { IsLogarithmic = true });
            loss.AddLine("training", member.Select(epoch => ((double)epoch.Epoch, epoch.TrainingLoss)));
            AddValidated(loss, "validation", member, epoch => epoch.ValidationLoss);
            if (of == "" && summary.BestEpoch > 0 && summary.ValidationLoss is double kept)
                loss.AddDots("epoch kept", [(summary.BestEpoch, kept)], ChartColor.Ink);
            page.AddChart(loss);
            if (!member.Any(epoch => double.IsFinite(epoch.ValidationMetric)))
                continue;
            var metric = new Chart($"Held-out metric{of}", new("epoch"), new(member.First().MetricName));
            AddValidated(metric, member.First().MetricName, member, epoch => epoch.ValidationMetric);
            page.AddChart(metric);
        }
    }

    private static void AddValidated(
        Chart chart, string name, IEnumerable<TrainingProgress> epochs, Func<TrainingProgress, double> value)
    {
        if (epochs.Any(epoch => double.IsFinite(value(epoch))))
            chart.AddLine(name, epochs.Select(epoch => ((double)epoch.Epoch, value(epoch))));
    }

    private static void AddDescent(ReportPage page, Descent descent)
    {
        page.BeginSection(Heading, "Each iteration sees all training sequences. A residual of 0 is a stationary point.");
        if (descent.Before is { } before)
            AddDescent(page, before, " of the first method");
        AddDescent(page, descent, descent.Before is null ? "" : " of the second method");
    }

    private static void AddDescent(ReportPage page, Descent descent, string of)
    {
        (double, double)[] Values(double initial, Func<DescentIteration, double> value)
            => [(0, initial), .. descent.Iterations.Select((iteration, i) => (i + 1.0, value(iteration)))];

        var objective = new Chart($"Objective{of}", new("iteration"), new("objective") { IsLogarithmic = true });
        objective.AddLine("objective", Values(descent.InitialObjective, iteration => iteration.Objective));
        page.AddChart(objective);
        var residual = new Chart($"Residual{of}", new("iteration"), new("relative residual") { IsLogarithmic = true });
        residual.AddLine("relative residual", Values(descent.InitialResidual, iteration => iteration.Residual));
        page.AddChart(residual);
    }
}
