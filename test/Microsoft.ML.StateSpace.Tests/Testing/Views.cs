namespace Microsoft.ML.StateSpace.Tests.Testing;

/// <summary>The samples as data views, the label mapped to keys.</summary>
internal static class Views
{
    public static IDataView Keyed<TRow>(MLContext ml, IEnumerable<TRow> rows)
        where TRow : class
    {
        var view = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(ml.Data.LoadFromEnumerable(rows)).Transform(view);
    }

    public static IDataView Fixed(MLContext ml) => Keyed(ml, Samples.Fixed());

    public static IDataView Tokens(MLContext ml) => Keyed(ml, Samples.Tokens());

    public static SequenceClassificationOptions Options(int? channels = null)
        => new() { Architecture = Samples.Small, Training = Samples.Quick, Channels = channels };

    public static SequenceClassificationTransformer FitFixed(MLContext ml)
        => ml.MulticlassClassification.Trainers.StateSpace(Options()).Fit(Fixed(ml));

    public static SequenceTaggingOptions TaggingOptions { get; } = new() { Architecture = Samples.Small, Training = Samples.Quick };

    /// <summary>The rows with their tags as keys, in the column Label; "unknown" is the missing key.</summary>
    public static IDataView Tagged<TRow>(MLContext ml, IEnumerable<TRow> rows)
        where TRow : class
    {
        var view = ml.Data.LoadFromEnumerable(rows);
        var keys = ml.Data.LoadFromEnumerable([new { Tag = "falls" }, new { Tag = "rises" }]);
        return ml.Transforms.Conversion.MapValueToKey("Label", "Tags", keyData: keys).Fit(view).Transform(view);
    }
}
