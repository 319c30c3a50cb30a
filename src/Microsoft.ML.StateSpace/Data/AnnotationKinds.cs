namespace Microsoft.ML.StateSpace.Data;

/// <summary>The names by which ML.NET's evaluators and converters find annotations of a column.</summary>
internal static class AnnotationKinds
{
    public const string IsNormalized = "IsNormalized";
    public const string KeyValues = "KeyValues";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";
}
