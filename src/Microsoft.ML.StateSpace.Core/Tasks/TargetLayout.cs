namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// How the targets of a sequence lie in sets and batches: as rows, one for the sequence or one for each of its time steps. A row is one
/// class, or <paramref name="Width"/> values. A target that is not known counts nowhere: it is class -1, or the value NaN.
/// </summary>
/// <param name="Axis">Whether a row belongs to a sequence or to a time step.</param>
/// <param name="Kind">Whether a row is a class or values.</param>
/// <param name="Width">Values of a row; 1 for a class.</param>
internal readonly record struct TargetLayout(AnswerAxis Axis, TargetKind Kind, int Width)
{
    /// <summary>The class that stands for "not known".</summary>
    public const int NoClass = -1;

    /// <summary>One class for each sequence.</summary>
    public static TargetLayout Classes => new(AnswerAxis.Sequence, TargetKind.Class, 1);

    /// <summary>That many values for each time step.</summary>
    public static TargetLayout StepValues(int width) => new(AnswerAxis.Step, TargetKind.Value, width);

    public static TargetLayout Of(SequenceTask task, int outputs)
        => new(task.Axis, task.Target, task.Target == TargetKind.Class ? 1 : outputs);

    /// <summary>Rows of the targets of a sequence of that many time steps.</summary>
    public int Rows(int length) => Axis == AnswerAxis.Sequence ? 1 : length;

    /// <summary>Classes that a row holds: 1 or 0.</summary>
    public int ClassWidth => Kind == TargetKind.Class ? 1 : 0;

    /// <summary>Values that a row holds.</summary>
    public int ValueWidth => Kind == TargetKind.Value ? Width : 0;
}

/// <summary>Targets of some rows: their classes (rows), or their values (rows, width); the other one is empty.</summary>
internal readonly ref struct TargetRows(ReadOnlySpan<int> classes, ReadOnlySpan<float> values)
{
    public ReadOnlySpan<int> Classes { get; } = classes;

    public ReadOnlySpan<float> Values { get; } = values;
}
