using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// One sequence on its way through a causal model, one time step after another. The stream owns the state; parameters and prepared values
/// belong to the model, the memory of a step to the thread. A NaN as an interval, or in the input of a model that was trained without
/// missing values, makes the state NaN, and with it every output until the next reset, exactly as in a batch every row after a NaN is NaN.
/// </summary>
internal sealed class SequenceStream
{
    private static readonly int[] OneRow = [0, 1];

    private readonly SequenceModel _model;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[] _state;
    private readonly float[] _output;
    private readonly int _scratchSize;
    private readonly StreamBytes _bytes;

    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="prepared">What follows from them.</param>
    /// <param name="bytes">The form in which its states are saved.</param>
    /// <param name="beside">Floats of <see cref="Beside"/>.</param>
    public SequenceStream(SequenceModel model, ParameterSet parameters, float[] prepared, StreamBytes bytes, int beside = 0)
    {
        _bytes = bytes;
        _model = model;
        _parameters = parameters;
        _prepared = prepared;
        _state = new float[checked(model.StateSize + beside)];
        _output = new float[model.Options.Outputs];
        _scratchSize = model.StepScratchSize;
    }

    /// <summary>
    /// A state beside that of the model, for what follows the model; zeros at the start, and saved and restored with the rest.
    /// </summary>
    public Span<float> Beside => _state.AsSpan(_model.StateSize);

    /// <summary>Values of a time step.</summary>
    public int Inputs => _model.Options.Inputs;

    /// <summary>Time steps since the start or the last reset.</summary>
    public long Steps { get; set; }

    /// <summary>Bytes of a saved state.</summary>
    public int StateBytes => StreamBytes.Length(_state.Length);

    /// <summary>What the stream carries from step to step, without the number of steps; assigned to go on from there.</summary>
    public Span<float> State => _state;

    /// <summary>
    /// Takes one time step (inputs), which is <paramref name="interval"/> behind the one before. The answer, outputs or class
    /// probabilities, is valid until the next step overwrites it.
    /// </summary>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input, float interval = 1)
    {
        if ((!_model.TakesMissing && Reductions.HasNaN(input)) || float.IsNaN(interval))
            _state.AsSpan().Fill(float.NaN);
        if (float.IsNaN(_state[0]))
        {
            _output.AsSpan().Fill(float.NaN);
        }
        else
        {
            var pass = new Pass
            {
                Weights = new Weights(_parameters.Values, _prepared), Starts = OneRow, Scratch = StepScratch.Of(_scratchSize),
                Intervals = new(in interval),
            };
            _model.Step(pass, Steps, input, _output, _state.AsSpan(0, _model.StateSize));
            _model.Finish(_parameters.Values, _output);
        }
        Steps++;
        return _output;
    }

    /// <summary>Back to the start of a sequence.</summary>
    public void Reset()
    {
        _state.AsSpan().Clear();
        Steps = 0;
    }

    /// <summary>Writes the first <see cref="StateBytes"/> bytes, with which <see cref="TrySetState"/> continues from here.</summary>
    public void GetState(Span<byte> destination) => _bytes.Write(Steps, _state, destination);

    /// <summary>Continues from a saved state, unless it is that of another model; then the stream stays where it was.</summary>
    /// <exception cref="InvalidDataException">It is no saved state, or a damaged one. The stream stays where it was.</exception>
    public bool TrySetState(ReadOnlySpan<byte> source)
    {
        long steps = Steps;
        bool isOwn = _bytes.TryRead(source, _state, ref steps);
        Steps = steps;
        return isOwn;
    }
}
