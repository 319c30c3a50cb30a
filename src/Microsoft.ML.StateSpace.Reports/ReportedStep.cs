namespace Microsoft.ML.StateSpace.Reports;

/// <summary>The step of a pipeline that a report is about.</summary>
internal static class ReportedStep
{
    /// <param name="model">The step, or a pipeline that holds it.</param>
    /// <param name="data">The test data of the whole pipeline.</param>
    /// <returns>The step, and the data as the steps before it make them.</returns>
    public static (ITransformer Step, IDataView? Data) Find(ITransformer model, IDataView? data)
    {
        ITransformer[] steps = [.. Steps(model)];
        int[] reported = [.. Enumerable.Range(0, steps.Length).Where(i => steps[i] is SequenceTransformer or ForecastingTransformer)];
        if (reported.Length > 1)
            throw new ArgumentException(
                $"The pipeline has {reported.Length} steps of which there are reports, and a page is about one. Give that step itself, "
                + "such as the one that its estimator's Fit returns, and the data that the steps before it make.",
                nameof(model));
        if (reported.Length == 0)
            throw new ArgumentException(
                $"There is no report of {string.Join(", ", steps.Select(step => step.GetType().Name).Distinct())}. Give a fitted model of "
                + "this library (classification, regression, tagging, sequence to sequence or a forecaster), or a pipeline that holds one.",
                nameof(model));
        foreach (var before in steps[..reported[0]])
            data = data is null ? null : before.Transform(data);
        return (steps[reported[0]], data);
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];
}
