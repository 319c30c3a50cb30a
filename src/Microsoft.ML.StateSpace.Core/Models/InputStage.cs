using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// What the encoder reads of a time step: the standardised channels, or the token. Where the training rows had missing values, what is
/// missing is filled, and behind the channels stands for each of them 1 where it was measured and 0 where not. Nothing here is trained.
/// </summary>
internal sealed class InputStage
{
    private readonly int _channels;
    private readonly MissingValues? _missing;

    public InputStage(ParameterLayout layout, SequenceModelOptions options)
    {
        (_channels, _missing) = (options.Inputs, options.MissingValues);
        if (options.Vocabulary == 0)
            Standardize = layout.Scope("Input", () => new Standardize(layout, options.Inputs, Standardize.InputBound));
    }

    /// <summary>Standardises the channels; <see langword="null"/> where inputs are tokens.</summary>
    public Standardize? Standardize { get; }

    /// <summary>Whether missing values are filled, so that NaN means "not measured".</summary>
    public bool TakesMissing => _missing is not null;

    /// <summary>Values of a time step that the encoder reads.</summary>
    public int Width => TakesMissing ? 2 * _channels : _channels;

    /// <summary>Floats of state that <see cref="Step"/> carries: the last measured values.</summary>
    public int StateSize => _missing == MissingValues.ForwardFill ? _channels : 0;

    /// <summary>Takes rows of a sequence, and fills what is missing with what was measured before, even before these rows.</summary>
    /// <param name="sequence">The whole sequence, (length, channels).</param>
    /// <param name="start">The first of the rows.</param>
    /// <param name="rows">(rows, <see cref="Width"/>); assigned, still in the unit of the channels.</param>
    public void Pack(ReadOnlySpan<float> sequence, int start, Span<float> rows)
    {
        int count = rows.Length / Width;
        var values = sequence.Slice(start * _channels, count * _channels);
        if (!TakesMissing)
        {
            values.CopyTo(rows);
            return;
        }
        for (int row = 0; row < count; row++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                float value = values[row * _channels + channel];
                int place = row * Width + channel;
                rows[place + _channels] = float.IsNaN(value) ? 0 : 1;
                if (float.IsNaN(value) && _missing == MissingValues.ForwardFill)
                    value = row > 0 ? rows[place - Width] : LastMeasured(sequence[..(start * _channels)], channel);
                rows[place] = value;
            }
        }
    }

    /// <summary>Standardises packed rows. What could not be filled is the mean of its channel.</summary>
    public void Forward(ReadOnlySpan<float> values, ReadOnlySpan<float> rows, Span<float> encoded)
    {
        if (Standardize is null)
            rows.CopyTo(encoded);
        else if (!TakesMissing)
            Standardize.Forward(values, rows, encoded);
        else
        {
            for (int start = 0; start < rows.Length; start += Width)
            {
                var channels = encoded.Slice(start, _channels);
                Standardize.Forward(values, rows.Slice(start, _channels), channels);
                foreach (ref float value in channels)
                    value = float.IsNaN(value) ? 0 : value;
                rows.Slice(start + _channels, _channels).CopyTo(encoded[(start + _channels)..]);
            }
        }
    }

    /// <summary>One time step: (channels) to (<see cref="Width"/>).</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="input">(channels).</param>
    /// <param name="encoded">(Width); assigned.</param>
    /// <param name="state">(StateSize): the last measured values, standardised; zeros before the first step.</param>
    public void Step(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> encoded, Span<float> state)
    {
        if (Standardize is null)
        {
            input.CopyTo(encoded);
            return;
        }
        Standardize.Forward(values, input, encoded[.._channels]);
        for (int channel = 0; TakesMissing && channel < _channels; channel++)
        {
            bool isMissing = float.IsNaN(encoded[channel]);
            encoded[_channels + channel] = isMissing ? 0 : 1;
            if (isMissing)
                encoded[channel] = StateSize > 0 ? state[channel] : 0;
            else if (StateSize > 0)
                state[channel] = encoded[channel];
        }
    }

    private float LastMeasured(ReadOnlySpan<float> before, int channel)
    {
        for (int place = before.Length - _channels + channel; place >= 0; place -= _channels)
        {
            if (!float.IsNaN(before[place]))
                return before[place];
        }
        return float.NaN;
    }
}
