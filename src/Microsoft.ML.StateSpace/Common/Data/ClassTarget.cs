using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Targets that are classes. Of a sequence: a key or a Boolean. Of each time step: a vector of keys.</summary>
internal sealed class ClassTarget : TargetColumn
{
    public ClassTarget(DataViewSchema.Column column)
        : base(column)
    {
        Task = column.Type is VectorDataViewType ? SequenceTask.Tagging : SequenceTask.Classification;
        Outputs = column.Type is BooleanDataViewType ? 2 : LabelCheck.Classes(column);
        Labels = LabelValues.Of(column);
    }

    public override SequenceTask Task { get; }

    public override int Outputs { get; }

    public override LabelValues? Labels { get; }

    public override TargetReader Reader(DataViewRow row, DataViewSchema.Column column)
        => Task == SequenceTask.Tagging ? Tags(row, column) : Class(row, column);

    public override void RequireSame(DataViewSchema.Column other, string where)
        => ValidationCheck.SameClasses(Column, Labels, other, where);

    public override void Check(TrainingOptions training)
    {
        base.Check(training);
        if (training.ClassWeights is { } weights && weights.Count != Outputs)
            throw new ArgumentOutOfRangeException(
                nameof(TrainingOptions.ClassWeights),
                $"ClassWeights must hold one weight a class, {Outputs} for column '{Name}', but holds {weights.Count}.");
    }

    /// <summary>Requires that at least two classes occur, and that the key has not far more classes than there are labels.</summary>
    public override void Check(SequenceSet rows)
    {
        LabelCheck.HasLabelsFor(Outputs, Enumerable.Range(0, rows.Count).Sum(i => (long)rows.Classes(i).Length), Name);
        int first = TargetLayout.NoClass;
        for (int i = 0; i < rows.Count; i++)
        {
            foreach (int target in rows.Classes(i))
            {
                if (first == TargetLayout.NoClass)
                    first = target;
                else if (target != TargetLayout.NoClass && target != first)
                    return;
            }
        }
        throw Task == SequenceTask.Classification
            ? new InvalidOperationException(
                $"All {rows.Count} rows have the same class in column '{Name}'. A classifier needs rows of at least two classes.")
            : new InvalidOperationException(
                $"Column '{Name}' has fewer than two different tags in the {rows.Count} training rows. Tagging needs time steps of at "
                + "least two tags.");
    }

    private TargetReader Class(DataViewRow row, DataViewSchema.Column column)
    {
        var read = RowReaders.Class(row, column);
        return (set, values, intervals, position) =>
        {
            int answer = read();
            if (answer < 0)
                throw new InvalidOperationException(
                    $"Row {position}: column '{Name}' has no class (it holds the missing key). Drop such rows with "
                    + $"mlContext.Data.FilterRowsByMissingValues(data, \"{Name}\"), or make the keys from all labels that occur.");
            set.Add(values, answer, intervals);
        };
    }

    private TargetReader Tags(DataViewRow row, DataViewSchema.Column column)
    {
        var read = RowReaders.Vector(row, column);
        float[] buffer = [];
        return (set, values, intervals, position) =>
        {
            int count = read(ref buffer), steps = values.Length / set.Features;
            if (count != steps)
                throw new InvalidOperationException(
                    $"Row {position}: the sequence has {steps} time steps, so column '{Name}' must hold {steps} tags, one for each, but "
                    + $"holds {count}. Give time steps without a tag the missing key.");
            // Keys count from 1; the missing key, 0, becomes the class that counts nowhere.
            set.AddClasses(values, [.. buffer.Take(count).Select(key => (int)key - 1)], intervals);
        };
    }
}
