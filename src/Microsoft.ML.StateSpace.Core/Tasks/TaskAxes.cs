namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>What a model gives one answer for.</summary>
internal enum AnswerAxis
{
    /// <summary>An answer for each sequence: its rows are pooled.</summary>
    Sequence,

    /// <summary>An answer for each time step.</summary>
    Step,
}

/// <summary>What an answer is.</summary>
internal enum TargetKind
{
    /// <summary>One of several classes.</summary>
    Class,

    /// <summary>A real vector.</summary>
    Value,
}

/// <summary>The two choices that make a task. All code asks for these, so that a task needs no branch of its own.</summary>
internal static class TaskAxes
{
    extension(SequenceTask task)
    {
        public AnswerAxis Axis => task is SequenceTask.Classification or SequenceTask.Regression ? AnswerAxis.Sequence : AnswerAxis.Step;

        public TargetKind Target => task is SequenceTask.Classification or SequenceTask.Tagging ? TargetKind.Class : TargetKind.Value;
    }
}
