namespace Microsoft.ML.StateSpace.Reports.Tests.Testing;

/// <summary>A fitted model with what its report is made of.</summary>
internal sealed class Exhibit(ITransformer model, IDataView? data, ReportOptions? options, Func<ReportPage>? own = null)
{
    private string? _html;

    public ITransformer Model => model;

    public IDataView? Data => data;

    /// <summary>The page, made anew.</summary>
    public ReportPage Make() => own is null ? model.CreateReport(data, options) : own();

    /// <summary>The page, made once.</summary>
    public string Html => _html ??= Make().ToString();
}
