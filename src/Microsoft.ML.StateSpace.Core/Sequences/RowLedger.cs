using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// What is known of rows once they have been read, without their values: the length and the class of each, and a mark by which it is known
/// again.
/// </summary>
internal sealed class RowLedger(SequenceSource shape)
{
    // Numbers of a column that go into the mark of a row.
    private const int Marked = 32;

    private readonly List<int> _lengths = [];
    private readonly List<int> _strata = [];
    private readonly List<int> _marks = [];
    private int _firstClass = TargetLayout.NoClass;

    public int Count => _lengths.Count;

    /// <summary>Whether a value of some sequence is missing (NaN).</summary>
    public bool HasMissing { get; private set; }

    /// <summary>Classes of all sequences or time steps, those that are not known included.</summary>
    public long Classes { get; private set; }

    /// <summary>Whether at least two classes occur.</summary>
    public bool HasSeveralClasses { get; private set; }

    public int Length(int row) => _lengths[row];

    /// <summary>The class of a whole sequence; 0 where it has none.</summary>
    public int Stratum(int row) => _strata[row];

    /// <summary>Notes the next row.</summary>
    public void Add(SequenceRow row)
    {
        _lengths.Add(row.Length);
        _strata.Add(shape.Targets is { Kind: TargetKind.Class, Axis: AnswerAxis.Sequence } ? row.Classes[0] : 0);
        _marks.Add(Mark(row));
        HasMissing = HasMissing || Reductions.HasNaN(row.Values.AsSpan(0, row.Length * shape.Features));
        int classes = shape.Targets.Rows(row.Length) * shape.Targets.ClassWidth;
        Classes += classes;
        for (int i = 0; i < classes && !HasSeveralClasses; i++)
        {
            if (_firstClass == TargetLayout.NoClass)
                _firstClass = row.Classes[i];
            else
                HasSeveralClasses = row.Classes[i] != TargetLayout.NoClass && row.Classes[i] != _firstClass;
        }
    }

    /// <summary>Requires that a row that is read again is the one it was.</summary>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public void Require(int index, SequenceRow row)
    {
        if (row.Length != _lengths[index])
            throw Changed($"row {index} had {_lengths[index]} time steps, and now has {row.Length}");
        if (Mark(row) != _marks[index])
            throw Changed($"row {index} now holds other numbers");
    }

    /// <summary>Requires that a reading has ended behind as many rows as there were.</summary>
    public void RequireCount(int read, bool isMore)
    {
        if (read < Count)
            throw Changed($"there were {Count} rows, and now there are {read}");
        if (isMore)
            throw Changed($"there were {Count} rows, and now there are more");
    }

    private InvalidOperationException Changed(string how)
        => new(
            $"The rows are not those of the first reading ({shape.FeaturesName}): {how}. Training that streams reads them in every epoch, "
            + "so each reading must give the same rows in the same order. Put what is random or grows into a file first, for instance with "
            + "mlContext.Data.SaveAsBinary, or raise TrainingOptions.MemoryBudget so that one reading is enough.");

    // A hash of some of the numbers.
    private int Mark(SequenceRow row)
    {
        int rows = shape.Targets.Rows(row.Length);
        uint hash = shape.HasPairs ? 2166136261 ^ (uint)row.Split : 2166136261;
        Add(ref hash, row.Values.AsSpan(0, row.Length * shape.Features));
        Add(ref hash, row.Targets.AsSpan(0, rows * shape.Targets.ValueWidth));
        int classes = rows * shape.Targets.ClassWidth;
        for (int i = 0, step = Math.Max(1, classes / Marked); i < classes; i += step)
            hash = (hash ^ (uint)row.Classes[i]) * 16777619;
        return (int)hash;
    }

    private static void Add(ref uint hash, ReadOnlySpan<float> numbers)
    {
        for (int i = 0, step = Math.Max(1, numbers.Length / Marked); i < numbers.Length; i += step)
            hash = (hash ^ BitConverter.SingleToUInt32Bits(numbers[i])) * 16777619;
    }
}
