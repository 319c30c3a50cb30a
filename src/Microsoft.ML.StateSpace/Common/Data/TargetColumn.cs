using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Reads the target of the cursor's current row, whose length is known already.</summary>
internal delegate void TargetReader(SequenceRow row, long position);

/// <summary>The column with the targets of a task: how it is read, and what rows and options must hold for it.</summary>
/// <param name="column">The column in the training rows.</param>
internal abstract class TargetColumn(DataViewSchema.Column column)
{
    public DataViewSchema.Column Column { get; } = column;

    public string Name => Column.Name;

    /// <summary>What a model of this target predicts.</summary>
    public abstract SequenceTask Task { get; }

    /// <summary>Classes, or values of an answer.</summary>
    public abstract int Outputs { get; }

    /// <summary>The names of the classes, where the target is a key with key values.</summary>
    public virtual LabelValues? Labels => null;

    /// <summary>Whether a time step may have a target that is not known, which then counts nowhere.</summary>
    public bool AllowsMissing { get; set; } = true;

    public TargetLayout Layout => TargetLayout.Of(Task, Outputs);

    /// <summary>Makes a reader of the column in these rows, which may be others than the training rows.</summary>
    public abstract TargetReader Reader(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Requires that the column of a validation set is like that of the training rows.</summary>
    public abstract void RequireSame(DataViewSchema.Column other, string where);

    /// <summary>Requires that the training options fit this target.</summary>
    public virtual void Check(TrainingOptions training)
    {
        if (Task.Axis == AnswerAxis.Sequence)
            training.RequireWholeSequences();
    }

    /// <summary>Requires that all rows together can be trained on.</summary>
    public virtual void Check(RowLedger rows)
    {
    }
}
