using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Sequences;

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
    public override void Check(RowLedger rows)
    {
        LabelCheck.HasLabelsFor(Outputs, rows.Classes, Name);
        if (rows.HasSeveralClasses)
            return;
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
        return (sequence, position) =>
        {
            int answer = read();
            if (answer < 0)
                throw new InvalidOperationException(
                    $"Row {position}: column '{Name}' has no class (it holds the missing key). Drop such rows with "
                    + $"mlContext.Data.FilterRowsByMissingValues(data, \"{Name}\"), or make the keys from all labels that occur.");
            if (sequence.Classes.Length == 0)
                sequence.Classes = new int[1];
            sequence.Classes[0] = answer;
        };
    }

    private TargetReader Tags(DataViewRow row, DataViewSchema.Column column)
    {
        var read = RowReaders.Vector(row, column);
        float[] buffer = [];
        return (sequence, position) =>
        {
            int count = read(ref buffer), steps = sequence.Length;
            if (count != steps)
                throw new InvalidOperationException(
                    $"Row {position}: the sequence has {steps} time steps, so column '{Name}' must hold {steps} tags, one for each, but "
                    + $"holds {count}. Give time steps without a tag the missing key.");
            // Keys count from 1; the missing key, 0, becomes the class that counts nowhere.
            if (sequence.Classes.Length < count)
                sequence.Classes = new int[buffer.Length];
            for (int i = 0; i < count; i++)
                sequence.Classes[i] = (int)buffer[i] - 1;
        };
    }
}
