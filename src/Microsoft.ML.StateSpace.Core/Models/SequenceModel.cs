using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// A model of any kind: the parameters that it declares, and how it answers a sequence, whole or one time step after another. Stateless:
/// parameters and memory are handed in. <see cref="Create(SequenceModelOptions, Action{Parameter}?)"/> makes the kind that the options
/// name.
/// </summary>
internal abstract class SequenceModel(SequenceModelOptions options, ParameterLayout layout)
{
    public SequenceModelOptions Options => options;

    public ParameterLayout Layout => layout;

    /// <summary>Whether there is one answer for the whole sequence.</summary>
    public bool IsPooled => options.Task.Axis == AnswerAxis.Sequence;

    /// <summary>Whether NaN in the input means "not measured"; where it does not, what follows from NaN is NaN.</summary>
    public bool TakesMissing => options.MissingValues is not null;

    /// <summary>Whether the model reads a sequence from its start alone, so that it can make single steps.</summary>
    public abstract bool IsCausal { get; }

    /// <summary>Floats of state that <see cref="Step"/> carries; at least one.</summary>
    public abstract int StateSize { get; }

    /// <summary>Floats of scratch that <see cref="Step"/> needs.</summary>
    public abstract int StepScratchSize { get; }

    /// <summary>What to set so that the model reads a sequence from its start alone, as a message names it.</summary>
    protected virtual string CausalSetting => "Architecture.Bidirectional = false";

    /// <summary>Makes the kind of model that the options name.</summary>
    /// <param name="options">The model; every value that can be left open must be set.</param>
    /// <param name="declared">Sees each parameter when it is declared, and may end the construction with an exception.</param>
    public static SequenceModel Create(SequenceModelOptions options, Action<Parameter>? declared = null)
        => Create(options, new ParameterLayout(declared));

    /// <summary>Makes a model whose parameters stand in a layout that may hold others too, in the scope in which it is now.</summary>
    public static SequenceModel Create(SequenceModelOptions options, ParameterLayout layout) => options.Architecture switch
    {
        NetworkOptions => new SequenceNetwork(options, layout),
        StateSpaceBankOptions when options.Task.Axis == AnswerAxis.Step => new StepBankModel(options, layout),
        StateSpaceBankOptions => new BankModel(options, layout),
        EnsembleOptions => new EnsembleModel(options, layout),
        var other => throw new NotSupportedException($"There is no model for {other.GetType().Name}."),
    };

    /// <summary>Rows of the answer to a sequence of that many time steps.</summary>
    public int Rows(int length) => IsPooled ? 1 : length;

    /// <summary>Throws unless the model is causal and reads single sequences.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message says what to set.</exception>
    public void RequireCausal()
    {
        if (Options.HasPairs)
        {
            throw new InvalidOperationException(
                "This model cannot stream: it answers pairs of sequences, and has an answer once both are there. Score a row that holds "
                + "both with Transform, or train a model of single sequences, with SecondFeatureColumnName = null.");
        }
        if (!IsCausal)
        {
            throw new InvalidOperationException(
                "This model cannot stream: it is bidirectional, so its answer to a time step depends on the steps that come after it. "
                + $"Train it with {CausalSetting}.");
        }
    }

    /// <summary>Computes the prepared values of the parameters.</summary>
    public abstract void Prepare(in Weights weights);

    /// <summary>Memory with which one thread at a time scores sequences.</summary>
    /// <param name="windowRows">Time steps of the windows in which a causal model takes long sequences, a multiple of 64.</param>
    public abstract ScoringMemory CreateMemory(int windowRows = ScoringWindows.WindowRows);

    /// <summary>
    /// One time step of a causal model: (inputs) to (outputs), not yet finished; where rows are pooled, of the sequence up to this step.
    /// </summary>
    /// <param name="pass">A pass over one row, with <see cref="StepScratchSize"/> floats of scratch.</param>
    /// <param name="before">Steps there were before this one.</param>
    /// <param name="input">(inputs).</param>
    /// <param name="output">(outputs); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first step.</param>
    public abstract void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state);

    /// <summary>Floats of scratch that <see cref="StepEach"/> needs.</summary>
    public virtual long StepEachScratchSize(int streams) => StepScratchSize;

    /// <summary>
    /// One time step of each of some streams, (streams, inputs) to (streams, outputs), as <see cref="Step"/> makes one; this takes them one
    /// after the other.
    /// </summary>
    /// <param name="pass">A pass over a row a stream, with <see cref="StepEachScratchSize"/> floats of scratch.</param>
    /// <param name="before">Steps each stream made before this one, (streams).</param>
    /// <param name="input">(streams, inputs).</param>
    /// <param name="output">(streams, outputs); assigned.</param>
    /// <param name="states">The states of the streams, (streams, StateSize); zeros before the first step.</param>
    public virtual void StepEach(
        in Pass pass, ReadOnlySpan<long> before, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int inputs = Options.Inputs, outputs = Options.Outputs;
        for (int i = 0; i < states.Count; i++)
            Step(
                pass.OfRow(i), before[i], input.Slice(i * inputs, inputs), output.Slice(i * outputs, outputs), states.Of(i, StateSize));
    }

    /// <summary>
    /// Turns rows that <see cref="ScoringMemory.Score"/> or <see cref="Step"/> has given, (rows, outputs), into answers, in place: into
    /// class probabilities, or values in the unit of the targets.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="rows">The rows.</param>
    public abstract void Finish(ReadOnlySpan<float> values, Span<float> rows);
}
