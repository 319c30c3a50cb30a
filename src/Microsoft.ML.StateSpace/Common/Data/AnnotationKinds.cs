namespace Microsoft.ML.StateSpace.Data;

/// <summary>The names of the column annotations that ML.NET's evaluators and converters look for.</summary>
internal static class AnnotationKinds
{
    public const string ChannelNames = "ChannelNames";
    public const string IsNormalized = "IsNormalized";
    public const string KeyValues = "KeyValues";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";
}
