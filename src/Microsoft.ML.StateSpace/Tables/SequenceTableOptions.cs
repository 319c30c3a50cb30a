using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace;

/// <summary>How each group of a table's rows becomes one sequence.</summary>
public sealed record SequenceTableOptions : TableOptions
{
    internal static SequenceTableOptions Of(string? group, IReadOnlyList<string> features, string? label, string? time) => new()
    {
        GroupColumnName = group, FeatureColumnNames = features, LabelColumnNames = label is null ? [] : [label], TimeColumnName = time,
    };

    internal override int KnownLength => 0;

    internal override Framing Framing(bool hasLabels) => Tables.Framing.WholeGroups;
}
