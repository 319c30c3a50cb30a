using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// One sequence on its way through a causal model, one time step after another. The stream owns the state and the memory of a step;
/// parameters and prepared values belong to the model. A NaN as an interval, or in the input of a model that was trained without missing
/// values, makes the state NaN, and with it every
/// output until the next reset, exactly as in a batch every row after a NaN is NaN.
/// </summary>
internal sealed class SequenceStream
{
    // steps (8 bytes), fingerprint of the parameters (8 bytes), the state as floats, and the SHA-256 of all that; numbers are little-endian
    private const int HeaderBytes = 2 * sizeof(long), ChecksumBytes = SHA256.HashSizeInBytes;

    private readonly SequenceModel _model;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[] _state;
    private readonly float[] _scratch;
    private readonly float[] _output;
    private readonly int[] _starts = [0, 1];
    private ulong? _fingerprint;

    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="prepared">What follows from them.</param>
    /// <param name="beside">Floats of <see cref="Beside"/>.</param>
    public SequenceStream(SequenceModel model, ParameterSet parameters, float[] prepared, int beside = 0)
    {
        _model = model;
        _parameters = parameters;
        _prepared = prepared;
        _state = new float[checked(model.StateSize + beside)];
        _scratch = new float[model.StepScratchSize];
        _output = new float[model.Options.Outputs];
    }

    /// <summary>
    /// A state beside that of the model, for what follows the model; zeros at the start, and saved and restored with the rest.
    /// </summary>
    public Span<float> Beside => _state.AsSpan(_model.StateSize);

    /// <summary>Values of a time step.</summary>
    public int Inputs => _model.Options.Inputs;

    /// <summary>Time steps since the start or the last reset.</summary>
    public long Steps { get; private set; }

    /// <summary>Bytes of a saved state.</summary>
    public int StateBytes => HeaderBytes + sizeof(float) * _state.Length + ChecksumBytes;

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
                Weights = new Weights(_parameters.Values, _prepared), Starts = _starts, Scratch = _scratch, Intervals = new(in interval),
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
    public void GetState(Span<byte> destination)
    {
        destination = destination[..StateBytes];
        BinaryPrimitives.WriteInt64LittleEndian(destination, Steps);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(long)..], Fingerprint());
        for (int i = 0; i < _state.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(destination[(HeaderBytes + sizeof(float) * i)..], _state[i]);
        SHA256.HashData(destination[..^ChecksumBytes], destination[^ChecksumBytes..]);
    }

    /// <summary>Continues from a saved state, unless it is that of another model; then the stream stays where it was.</summary>
    /// <exception cref="InvalidDataException">It is no saved state, or a damaged one. The stream stays where it was.</exception>
    public bool TrySetState(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeaderBytes + ChecksumBytes)
            throw Damaged($"it has {source.Length} bytes, and a state of this model has {StateBytes}");
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        SHA256.HashData(source[..^ChecksumBytes], checksum);
        if (!checksum.SequenceEqual(source[^ChecksumBytes..]))
            throw Damaged("its content does not match its checksum");
        if (source.Length != StateBytes || BinaryPrimitives.ReadUInt64LittleEndian(source[sizeof(long)..]) != Fingerprint())
            return false;
        long steps = BinaryPrimitives.ReadInt64LittleEndian(source);
        if (steps < 0)
            throw Damaged($"it counts {steps} steps");
        Steps = steps;
        for (int i = 0; i < _state.Length; i++)
            _state[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(HeaderBytes + sizeof(float) * i)..]);
        return true;
    }

    private static InvalidDataException Damaged(string why)
        => new(
            $"These bytes are no saved state of a stream: {why}. They were altered, cut off, or saved by an earlier version "
            + "of the library. Give all bytes that GetState wrote, or begin the stream anew.");

    // The fingerprint is computed when a state is first saved or restored, so a stream that does neither starts without that work.
    private ulong Fingerprint()
        => _fingerprint ??= BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(_parameters.Values)));
}
