using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Models;

/// <summary>
/// What one pass over a padded batch shares among all layers. Layers see (batch, length, channels), where each sequence has its padding
/// behind its valid time steps. What stands in the padding never reaches a valid time step, because every layer is causal, works on each
/// time step by itself, or reads sequences through <see cref="Reverse"/>.
/// </summary>
internal sealed class TorchPass
{
    private readonly TorchParameters _parameters;
    private readonly SequenceBatch _batch;
    private readonly ulong _dropoutKey;
    private Tensor? _reversed;
    private bool _isFromEnd;
    private int _copies = 1; // of every sequence, one behind the other

    private readonly TorchSharpPrecision _precision;

    public TorchPass(
        TorchParameters parameters, SequenceBatch batch, ulong dropoutKey, Device device,
        TorchSharpPrecision precision = TorchSharpPrecision.Float32)
    {
        _precision = precision;
        (_parameters, _batch, _dropoutKey, Device) = (parameters, batch, dropoutKey, device);
        var lengths = new long[batch.Count];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = batch.Lengths[i];
        Lengths = tensor(lengths, device: device);
        Zero = zeros(1, device: device);
        IsValid = (arange(batch.Length, device: device).unsqueeze(0) < Lengths.unsqueeze(1)).unsqueeze(-1);
    }

    public Device Device { get; }

    /// <summary>Valid time steps of each sequence, (batch), int64.</summary>
    public Tensor Lengths { get; private set; }

    /// <summary>Which time steps are no padding, (batch, length, 1).</summary>
    public Tensor IsValid { get; private set; }

    /// <summary>0, (1).</summary>
    public Tensor Zero { get; }

    public int Sequences => _batch.Count * _copies;

    /// <summary>Time steps of the longest sequence.</summary>
    public int Length => _batch.Length;

    /// <summary>Valid time steps of a sequence.</summary>
    public int LengthOf(int sequence) => _batch.Lengths[sequence / _copies];

    public Tensor this[Parameter parameter] => _parameters[parameter];

    /// <summary>Brings values to the device.</summary>
    public Tensor Upload(float[] values, params long[] shape) => tensor(values, shape, device: Device);

    /// <summary><c>W x + b</c> at every time step, in the precision that was asked for.</summary>
    public Tensor Product(Tensor input, Tensor weight, Tensor? bias)
    {
        if (_precision != TorchSharpPrecision.BFloat16)
            return nn.functional.linear(input, weight, bias);
        var product = nn.functional.linear(input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(ScalarType.Float32);
        return bias is null ? product : product + bias;
    }

    /// <summary>The same pass for a layer that gets all sequences as <see cref="Reverse"/> returns them.</summary>
    public TorchPass FromEnd()
    {
        var pass = (TorchPass)MemberwiseClone();
        pass._isFromEnd = true;
        return pass;
    }

    /// <summary>The same pass for a layer that gets every sequence several times, one copy behind the other.</summary>
    public TorchPass Repeat(int copies)
    {
        var pass = (TorchPass)MemberwiseClone();
        pass._copies = _copies * copies;
        pass._reversed = null;
        pass.Lengths = Lengths.repeat_interleave(copies);
        pass.IsValid = IsValid.repeat_interleave(copies, 0);
        return pass;
    }

    /// <summary>The time from the step before to each step, in the layer's order of steps, (batch, length, 1); 1 in the padding.</summary>
    public Tensor Intervals() => _isFromEnd ? Reverse(IntervalsBehind()) : Upload(IntervalsFrom(0), Sequences, Length, 1);

    /// <summary>Step sizes (batch, length, ...) times the intervals, as the managed <c>IntervalSteps</c>.</summary>
    public Tensor OverIntervals(Tensor steps) => (steps * Intervals()).clamp_max(IntervalSteps.Largest);

    /// <summary>
    /// The time from each step to the next, 1 where there is none, (batch, length, 1). A scan that reads sequences from their ends needs
    /// it.
    /// </summary>
    public Tensor IntervalsBehind() => Upload(IntervalsFrom(1), Sequences, Length, 1);

    /// <summary>
    /// Every sequence of (batch, length, ...) read from its end; its padding stays where it is, behind the valid time steps.
    /// </summary>
    public Tensor Reverse(Tensor values)
    {
        if (_reversed is null)
        {
            var time = arange(Length, device: Device).unsqueeze(0);
            var lengths = Lengths.unsqueeze(1);
            _reversed = where(time < lengths, lengths - 1 - time, time).unsqueeze(-1);
        }
        return values.gather(1, _reversed.expand(values.shape));
    }

    /// <summary>
    /// The masks of a dropout, (batch, 1, channels): one for each sequence, the same at all its time steps, and the one that the managed
    /// engine draws; <see langword="null"/> when not training.
    /// </summary>
    public Tensor? Masks(Dropout dropout, int channels)
    {
        if (dropout.Probability == 0 || _dropoutKey == 0)
            return null;
        var masks = new float[Sequences * channels];
        dropout.Draw(_dropoutKey, 0, Sequences, masks);
        return Upload(masks, Sequences, 1, channels);
    }

    private float[] IntervalsFrom(int shift)
    {
        var values = new float[Sequences * Length];
        Array.Fill(values, 1);
        for (int i = 0; i < Sequences; i++)
            _batch.ValidIntervals(i / _copies)[Math.Min(shift, LengthOf(i))..].CopyTo(values.AsSpan(i * Length));
        return values;
    }
}
