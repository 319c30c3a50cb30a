using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>The memory with which one thread passes some sequences through a model. It grows to the largest pass seen and is then used again.</summary>
internal sealed class Workspace
{
    private float[] _arena = [];
    private float[] _input = [];
    private float[] _output = [];
    private float[] _outputGradient = [];
    private float[] _targets = [];
    private int[] _starts = [0];
    private int _sequences;

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, _sequences + 1);

    public int Rows => _starts[_sequences];

    public int Sequences => _sequences;

    /// <summary>(rows, inputs).</summary>
    public Span<float> Input(SequenceModel model) => _input.AsSpan(0, Rows * model.Options.Inputs);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> Output(SequenceModel model) => _output.AsSpan(0, OutputLength(model));

    /// <summary>(output rows, outputs).</summary>
    public Span<float> OutputGradient(SequenceModel model) => _outputGradient.AsSpan(0, OutputLength(model));

    /// <summary>Standardised targets, (rows, outputs).</summary>
    public Span<float> Targets(SequenceModel model) => _targets.AsSpan(0, Rows * model.Options.Outputs);

    /// <summary>Makes room for sequences of these lengths.</summary>
    public void Reset(SequenceModel model, ReadOnlySpan<int> lengths, bool training)
    {
        _sequences = lengths.Length;
        Grow(ref _starts, _sequences + 1);
        for (int i = 0; i < _sequences; i++)
            _starts[i + 1] = _starts[i] + lengths[i];
        Grow(ref _input, Rows * model.Options.Inputs);
        Grow(ref _output, OutputLength(model));
        Grow(ref _arena, model.Plan(Rows, _sequences, training).Length);
        if (!training)
            return;
        Grow(ref _outputGradient, OutputLength(model));
        if (!model.IsPooled)
            Grow(ref _targets, Rows * model.Options.Outputs);
    }

    /// <summary>Packs the valid rows of the batch's sequences from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public void Pack(SequenceModel model, ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, bool training)
    {
        Reset(model, batch.Lengths.Slice(first, count), training);
        for (int i = 0; i < count; i++)
            batch.Valid(first + i).CopyTo(_input.AsSpan(_starts[i] * batch.Features));
        if (!training || model.IsPooled)
            return;
        for (int i = 0; i < count; i++)
            batch.ValidTargets(first + i).CopyTo(_targets.AsSpan(_starts[i] * batch.Targets));
        model.Output!.Forward(values, Targets(model), Targets(model));
    }

    /// <summary>Runs the model; its answer is then in <see cref="Output"/>.</summary>
    public void Forward(SequenceModel model, Weights weights, bool training, ulong dropoutKey = 0, int firstSequence = 0)
    {
        var pass = Pass(weights, dropoutKey, firstSequence);
        model.Forward(pass, model.Plan(Rows, _sequences, training), Input(model), Output(model), _arena);
    }

    /// <summary>Adds to the gradients, from <see cref="OutputGradient"/>; behind <see cref="Forward"/> with the same arguments.</summary>
    public void Backward(SequenceModel model, Weights weights, in Gradients gradients, ulong dropoutKey, int firstSequence)
    {
        var pass = Pass(weights, dropoutKey, firstSequence);
        model.Backward(pass, model.Plan(Rows, _sequences, training: true), OutputGradient(model), _arena, gradients);
    }

    private Pass Pass(Weights weights, ulong dropoutKey, int firstSequence)
        => new() { Weights = weights, Starts = Starts, Scratch = default, DropoutKey = dropoutKey, FirstSequence = firstSequence };

    private int OutputLength(SequenceModel model) => model.OutputRows(Rows, _sequences) * model.Options.Outputs;

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
    }
}
