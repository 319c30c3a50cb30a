using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// The end of a model: for what it gives an answer (<see cref="AnswerAxis"/>), and what turns the decoder's rows into answers. Logits
/// become class probabilities; standardised outputs return to the unit of the targets.
/// </summary>
internal sealed class Head
{
    public Head(ParameterLayout layout, SequenceTask task, int outputs)
    {
        (Axis, Targets) = (task.Axis, TargetLayout.Of(task, outputs));
        Outputs = outputs;
        if (Targets.Kind == TargetKind.Value)
            Output = layout.Scope("Output", () => new Standardize(layout, outputs));
    }

    public AnswerAxis Axis { get; }

    /// <summary>How the targets of this head lie.</summary>
    public TargetLayout Targets { get; }

    /// <summary>Classes, or values of an answer.</summary>
    public int Outputs { get; }

    /// <summary>Whether a sequence's rows are pooled to one.</summary>
    public bool IsPooled => Axis == AnswerAxis.Sequence;

    /// <summary>Brings outputs to their unit; <see langword="null"/> where they are logits.</summary>
    public Standardize? Output { get; }

    /// <summary>Rows of the answer.</summary>
    public int Rows(int rows, int sequences) => IsPooled ? sequences : rows;

    /// <summary>Turns rows of the decoder, (rows, outputs), into answers, in place.</summary>
    public void Finish(ReadOnlySpan<float> values, Span<float> rows)
    {
        if (Output is null)
            CrossEntropyLoss.Softmax(rows, Outputs);
        else
            Output.Invert(values, rows);
    }
}
