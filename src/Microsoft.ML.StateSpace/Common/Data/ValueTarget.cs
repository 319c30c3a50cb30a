using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Targets that are numbers: a scalar or a vector of Single for each sequence, or a vector for each time step.</summary>
internal sealed class ValueTarget : TargetColumn
{
    /// <summary>Targets of each time step. The last dimension of the column, or the option, is the number of outputs.</summary>
    public static ValueTarget OfSteps(DataViewSchema.Column column, int? outputs, string option)
        => new(column, SequenceTask.SequenceToSequence, SequenceColumn.Of(column, outputs, option).Channels);

    /// <summary>The target of each sequence.</summary>
    public static ValueTarget OfSequence(DataViewSchema.Column column)
        => new(column, SequenceTask.Regression, column.Type is VectorDataViewType vector ? vector.Size : 1);

    private ValueTarget(DataViewSchema.Column column, SequenceTask task, int outputs)
        : base(column)
    {
        (Task, Outputs) = (task, outputs);
    }

    public override SequenceTask Task { get; }

    public override int Outputs { get; }

    public override TargetReader Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var read = RowReaders.Numbers(row, column);
        return (sequence, position) =>
        {
            int count = read(ref sequence.Targets), steps = sequence.Length, needed = Layout.Rows(steps) * Outputs;
            if (count != needed)
                throw WrongLength(count, steps, needed, position);
            SequenceReader.CheckFinite(
                sequence.Targets.AsSpan(0, count), Name, Outputs, position, AllowsMissing && Task.Axis == AnswerAxis.Step);
        };
    }

    public override void RequireSame(DataViewSchema.Column other, string where)
    {
        if (Task == SequenceTask.SequenceToSequence)
            SequenceColumn.Of(other, Outputs, option: null);
        else if (!other.Type.Equals(Column.Type))
            throw new InvalidOperationException(
                $"Column '{Name}' of {where} is {other.Type}, that of the training rows {Column.Type}. Give both the same type.");
    }

    public override void Check(TrainingOptions training)
    {
        base.Check(training);
        if (training.OutputWeights is { } weights && weights.Count != Outputs)
            throw new ArgumentOutOfRangeException(
                nameof(TrainingOptions.OutputWeights),
                $"OutputWeights must hold one weight an output, {Outputs} for column '{Name}', but holds {weights.Count}.");
    }

    private InvalidOperationException WrongLength(int count, int steps, int needed, long position)
        => Task == SequenceTask.SequenceToSequence
            ? new(
                $"Row {position}: the sequence has {steps} time steps, so column '{Name}' must hold {Outputs} values for each, "
                + $"{needed} in all, but holds {count}. Set Channels and Outputs to the numbers of values a time step in the two columns.")
            : new($"Row {position}: column '{Name}' must hold {needed} values, the size of its type, but holds {count}.");
}
