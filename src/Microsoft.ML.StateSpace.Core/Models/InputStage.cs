using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// What the encoder reads of a time step: the standardised channels and what is derived from them, or the token. Where the training rows
/// had missing values, what is missing is filled, and behind all that stands for each channel 1 where it was measured and 0 where not.
/// Nothing here is trained. A stream, a window and a batch pack a row in the same way, from the state behind the row before.
/// </summary>
internal sealed class InputStage : IInputStage
{
    private readonly int _channels;
    private readonly MissingValues? _missing;
    private readonly DerivedChannels? _derived;

    public InputStage(ParameterLayout layout, SequenceModelOptions options)
    {
        (_channels, _missing) = (options.Inputs, options.MissingValues);
        if (options.DerivedInputs is { Count: > 0 } kinds)
            _derived = new DerivedChannels(layout, options, kinds);
        if (options.Vocabulary == 0)
            Standardize = layout.Scope("Input", () => new Standardize(layout, _channels + Derived, Standardize.InputBound));
    }

    /// <summary>Standardises the channels, and the derived ones behind them; <see langword="null"/> where inputs are tokens.</summary>
    public Standardize? Standardize { get; }

    /// <summary>The mean training sequence, (steps, channels); <see langword="null"/> where no difference to it is read.</summary>
    public Parameter? MeanSequence => _derived?.MeanSequence;

    /// <summary>How missing values are filled; <see langword="null"/> where there are none.</summary>
    public MissingValues? Missing => _missing;

    /// <summary>What is derived from the channels, if anything is.</summary>
    public DerivedChannels? DerivedChannels => _derived;

    /// <summary>Whether missing values are filled, so that NaN means "not measured".</summary>
    public bool TakesMissing => _missing is not null;

    /// <summary>Channels that are derived from the inputs.</summary>
    public int Derived => _derived?.Width ?? 0;

    /// <summary>Whether a standardised channel has the unit of the channel that it is derived from.</summary>
    public bool HasUnit(int channel) => channel < _channels || _derived!.HasUnit((channel - _channels) / _channels);

    /// <summary>Values of a time step that the encoder reads.</summary>
    public int Width => _channels + Derived + (TakesMissing ? _channels : 0);

    /// <summary>
    /// Floats of the state behind a row: the values to fill with and to take differences to, whether each is known, and the state of the
    /// derived channels.
    /// </summary>
    public int StateSize => PreviousSize + (_derived?.StateSize ?? 0);

    private bool NeedsPrevious => _missing == MissingValues.ForwardFill || _derived?.NeedsPrevious == true;

    private int PreviousSize => NeedsPrevious ? 2 * _channels : 0;

    /// <summary>Takes rows of a sequence, fills what is missing, and derives further channels.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="sequence">The whole sequence, (length, channels).</param>
    /// <param name="start">The first of the rows.</param>
    /// <param name="rows">(rows, <see cref="Width"/>); assigned, still in the unit of the channels.</param>
    /// <param name="state">(<see cref="StateSize"/>) before the first of the rows; then that behind the last.</param>
    public void Pack(ReadOnlySpan<float> values, ReadOnlySpan<float> sequence, int start, Span<float> rows, Span<float> state)
    {
        int count = rows.Length / Width;
        if (Width == _channels)
        {
            sequence.Slice(start * _channels, count * _channels).CopyTo(rows);
            return;
        }
        for (int row = 0; row < count; row++)
            PackRow(values, start + row, sequence.Slice((start + row) * _channels, _channels), rows.Slice(row * Width, Width), state);
        _derived?.StandardizeWhole(sequence, Width, rows);
    }

    /// <summary>Takes the rows before those that will be packed into the state.</summary>
    /// <param name="before">(rows, channels), from the start of the sequence on.</param>
    /// <param name="state">(<see cref="StateSize"/>); assigned.</param>
    public void Begin(ReadOnlySpan<float> before, Span<float> state)
    {
        state.Clear();
        for (; StateSize > 0 && !before.IsEmpty; before = before[_channels..])
            Remember(before[.._channels], state);
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
                ForwardRow(values, rows.Slice(start, Width), encoded.Slice(start, Width));
        }
    }

    /// <summary>
    /// Adds to the gradient of the standardised channels, from that of all that the encoder reads. Missing values, and sequences that are
    /// standardised one by one, are not looked through.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradient">(length, <see cref="Width"/>), of a whole sequence.</param>
    /// <param name="channels">(length, channels).</param>
    public void Backward(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, Span<float> channels)
    {
        for (int row = 0; row < gradient.Length / Width; row++)
        {
            for (int channel = 0; channel < _channels; channel++)
                channels[row * _channels + channel] += gradient[row * Width + channel];
        }
        _derived?.Backward(Standardize!.Deviation.Of(values), gradient, Width, channels);
    }

    /// <summary>One time step: (channels) to (<see cref="Width"/>).</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="time">Steps there were before this one.</param>
    /// <param name="input">(channels).</param>
    /// <param name="encoded">(Width); assigned.</param>
    /// <param name="state">(<see cref="StateSize"/>); zeros before the first step.</param>
    public void Step(ReadOnlySpan<float> values, long time, ReadOnlySpan<float> input, Span<float> encoded, Span<float> state)
    {
        PackRow(values, time, input, encoded, state);
        Forward(values, encoded, encoded);
    }

    private void PackRow(ReadOnlySpan<float> values, long time, ReadOnlySpan<float> input, Span<float> row, Span<float> state)
    {
        var previous = state[..PreviousSize];
        for (int channel = 0; channel < _channels; channel++)
        {
            row[channel] = Filled(input[channel], channel, previous);
            if (TakesMissing)
                row[_channels + Derived + channel] = float.IsNaN(input[channel]) ? 0 : 1;
        }
        var derivedState = state[PreviousSize..];
        _derived?.Remember(input, derivedState);
        _derived?.Forward(
            values, time, row[.._channels], previous[..(PreviousSize / 2)], previous[(PreviousSize / 2)..], derivedState,
            row.Slice(_channels, Derived));
        RememberPrevious(input, previous);
    }

    private void Remember(ReadOnlySpan<float> input, Span<float> state)
    {
        _derived?.Remember(input, state[PreviousSize..]);
        RememberPrevious(input, state[..PreviousSize]);
    }

    // The values that stand for those of a row, 0 where there are none, and whether there are.
    private void RememberPrevious(ReadOnlySpan<float> input, Span<float> previous)
    {
        for (int channel = 0; channel < previous.Length / 2; channel++)
        {
            float value = Filled(input[channel], channel, previous);
            bool isKnown = !TakesMissing || !float.IsNaN(value);
            previous[channel] = isKnown ? value : 0;
            previous[_channels + channel] = isKnown ? 1 : 0;
        }
    }

    private float Filled(float value, int channel, ReadOnlySpan<float> previous)
        => float.IsNaN(value) && _missing == MissingValues.ForwardFill && previous[_channels + channel] != 0 ? previous[channel] : value;

    private void ForwardRow(ReadOnlySpan<float> values, ReadOnlySpan<float> row, Span<float> encoded)
    {
        int standardized = _channels + Derived;
        Standardize!.Forward(values, row[..standardized], encoded[..standardized]);
        foreach (ref float value in encoded[..standardized])
            value = float.IsNaN(value) ? 0 : value;
        row[standardized..].CopyTo(encoded[standardized..]);
    }
}
