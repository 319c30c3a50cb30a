using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace;

/// <summary>How windows of a fixed number of rows are cut from the groups of a table. No window reaches over the end of a group.</summary>
public sealed record WindowOptions : TableOptions
{
    /// <summary>The longest window, the largest distance between windows, and the farthest horizon.</summary>
    internal const int Largest = 1_000_000;

    /// <summary>The number of rows of a window, from 1 to 1,000,000. It must be set.</summary>
    public int Length { get; init; }

    /// <summary>
    /// The number of rows from the start of one window to that of the next, from 1 to 1,000,000. The first window of a group starts at its
    /// first row. Default: 1.
    /// </summary>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// How many rows behind its own the label of a window (or, for every step, of a time step) stands, from 0 to 1,000,000. A window whose
    /// label would lie beyond the group is left out, unless <see cref="LastOnly"/>, or the table has no labels. Default: 0.
    /// </summary>
    public int Horizon { get; init; }

    /// <summary>
    /// Whether a last, shorter window takes the rows of a group that no window of the full length holds. The length of the vectors then
    /// varies. Default: <see langword="false"/>, which means that such rows are left out, and with them groups that are shorter than a
    /// window.
    /// </summary>
    public bool KeepsIncomplete { get; init; }

    /// <summary>
    /// Whether there is only one window a group, the one that ends with the group's last row, as one asks for a prediction now.
    /// <see cref="Stride"/> does not count then. A label that lies beyond the group is missing: NaN, the missing key, empty text, and the
    /// default of types that have no missing value. Default: <see langword="false"/>.
    /// </summary>
    public bool LastOnly { get; init; }

    internal static WindowOptions Of(
        int length, string? group, IReadOnlyList<string> features, string? label, int stride, int horizon) => new()
    {
        Length = length, GroupColumnName = group, FeatureColumnNames = features, LabelColumnNames = label is null ? [] : [label],
        Stride = stride, Horizon = horizon,
    };

    internal override int KnownLength => KeepsIncomplete ? 0 : Length;

    internal override int RowsAhead => Horizon;

    internal override Framing Framing(bool hasLabels) => new(Length, Stride, hasLabels ? Horizon : 0, KeepsIncomplete, LastOnly);

    internal override void Validate()
    {
        Require(nameof(Length), Length, 1, "the number of rows of a window");
        Require(nameof(Stride), Stride, 1, "the number of rows from one window to the next");
        Require(nameof(Horizon), Horizon, 0, "the number of rows from a window to its label");
        base.Validate();
    }

    private static void Require(string option, int value, int least, string meaning)
    {
        if (value < least || value > Largest)
            throw new ArgumentOutOfRangeException(
                option, value, $"{option} must be from {least} to {Largest}. Set it to {meaning}.");
    }
}
