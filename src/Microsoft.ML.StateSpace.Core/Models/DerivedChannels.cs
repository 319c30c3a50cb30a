using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The channels that <see cref="DerivedInputs"/> asks for, in the order of its members; still to be standardised. A value is what stands
/// for a missing one, or NaN where nothing does.
/// </summary>
internal sealed class DerivedChannels
{
    private readonly DerivedInputs _kinds;
    private readonly int _channels;
    private readonly bool _takesMissing;
    private readonly Parameter? _mean;

    public DerivedChannels(ParameterLayout layout, SequenceModelOptions options, DerivedInputs kinds)
    {
        Require(options);
        (_kinds, _channels, _takesMissing) = (kinds, options.Inputs, options.MissingValues is not null);
        bool isRunning = kinds.StandardizedSequences && !options.Architecture.ReadsBothWays;
        StateSize = isRunning ? RunningMoments.StateSize * _channels : 0;
        if (kinds.DifferencesToMean)
            _mean = layout.Scope(
                "Input",
                () => layout.Add("MeanSequence", [options.MeanSteps, _channels], ParameterGroup.Fixed, Initialize.Constant(0)));
    }

    /// <summary>The kinds of derived channels.</summary>
    public DerivedInputs Kinds => _kinds;

    /// <summary>Whether NaN means that a value was not measured.</summary>
    public bool TakesMissing => _takesMissing;

    /// <summary>Derived channels.</summary>
    public int Width => _kinds.Count * _channels;

    /// <summary>Whether a row needs the values of the row before.</summary>
    public bool NeedsPrevious => _kinds.Differences;

    /// <summary>Floats of state: the running moments of each channel, where they are asked for.</summary>
    public int StateSize { get; }

    /// <summary>The mean training sequence, (steps, channels); <see langword="null"/> where no difference to it is read.</summary>
    public Parameter? MeanSequence => _mean;

    /// <summary>Whether the channels of one kind, in the order of the kinds, have the unit of the inputs.</summary>
    public bool HasUnit(int kind) => !_kinds.StandardizedSequences || kind != (_kinds.Differences ? 1 : 0);

    /// <summary>Takes the measured values of a row into the state.</summary>
    public void Remember(ReadOnlySpan<float> input, Span<float> state)
    {
        for (int channel = 0; StateSize > 0 && channel < _channels; channel++)
        {
            if (!_takesMissing || !float.IsNaN(input[channel]))
                RunningMoments.Add(Moments(state, channel), Finite(input[channel]));
        }
    }

    /// <summary>The derived channels of one row, but for what needs the whole sequence.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="time">The time step.</param>
    /// <param name="filled">The values of the row, (channels).</param>
    /// <param name="before">Those of the row before, (channels).</param>
    /// <param name="isKnown">Not 0 for each of them that is known.</param>
    /// <param name="state">(<see cref="StateSize"/>), this row included.</param>
    /// <param name="derived">(<see cref="Width"/>); assigned.</param>
    public void Forward(
        ReadOnlySpan<float> values, long time, ReadOnlySpan<float> filled, ReadOnlySpan<float> before, ReadOnlySpan<float> isKnown,
        Span<float> state, Span<float> derived)
    {
        derived.Clear();
        var mean = _mean is not null && time < _mean.Shape[0]
            ? _mean.Of(values).Slice((int)time * _channels, _channels) : default;
        for (int channel = 0; channel < _channels; channel++)
        {
            if (_takesMissing && float.IsNaN(filled[channel]))
                continue;
            float value = Finite(filled[channel]);
            int place = channel;
            if (_kinds.Differences)
            {
                derived[place] = isKnown[channel] == 0 ? 0 : value - Finite(before[channel]);
                place += _channels;
            }
            if (_kinds.StandardizedSequences)
            {
                derived[place] = StateSize == 0 ? 0 : RunningMoments.Standardize(Moments(state, channel), value);
                place += _channels;
            }
            if (!mean.IsEmpty)
                derived[place] = value - mean[channel];
        }
    }

    /// <summary>Standardises rows with the moments of the whole sequence, where the model may know it.</summary>
    /// <param name="sequence">The whole sequence, (length, channels).</param>
    /// <param name="width">Floats of a row.</param>
    /// <param name="rows">(rows, width); a row begins with its values, behind which stand the derived channels.</param>
    public void StandardizeWhole(ReadOnlySpan<float> sequence, int width, Span<float> rows)
    {
        if (!_kinds.StandardizedSequences || StateSize > 0)
            return;
        int first = _channels + (_kinds.Differences ? _channels : 0);
        for (int channel = 0; channel < _channels; channel++)
        {
            var (mean, deviation) = Moments(sequence, channel);
            for (int row = channel; row < rows.Length; row += width)
            {
                if (!_takesMissing || !float.IsNaN(rows[row]))
                    rows[row + first] = RunningMoments.Standardize(Finite(rows[row]), mean, deviation);
            }
        }
    }

    /// <summary>
    /// Adds to the gradient of the standardised channels what differences owe them: a derived channel is standardised by its own
    /// deviation.
    /// </summary>
    /// <param name="deviations">Of the channels, then of the derived ones.</param>
    /// <param name="gradient">(length, width) of standardised rows.</param>
    /// <param name="width">Floats of such a row.</param>
    /// <param name="channels">(length, channels).</param>
    public void Backward(ReadOnlySpan<float> deviations, ReadOnlySpan<float> gradient, int width, Span<float> channels)
    {
        for (int row = 0; row < gradient.Length / width; row++)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                if (_kinds.Differences && row > 0)
                {
                    float part = Part(_channels + channel, deviations, gradient, row * width);
                    channels[row * _channels + channel] += part;
                    channels[(row - 1) * _channels + channel] -= part;
                }
                if (_mean is not null && row < _mean.Shape[0])
                    channels[row * _channels + channel] += Part(Width + channel, deviations, gradient, row * width);
            }
        }
    }

    // The gradient of a derived channel, for a difference in standardised units of the channel it is derived from.
    private float Part(int place, ReadOnlySpan<float> deviations, ReadOnlySpan<float> gradient, int row)
        => gradient[row + place] * deviations[place % _channels] / deviations[place];

    // Of the measured values of the whole sequence.
    private (double Mean, double Deviation) Moments(ReadOnlySpan<float> sequence, int channel)
    {
        double sum = 0, squares = 0;
        int count = 0;
        for (int place = channel; place < sequence.Length; place += _channels)
        {
            if (_takesMissing && float.IsNaN(sequence[place]))
                continue;
            sum += Finite(sequence[place]);
            count++;
        }
        double mean = sum / Math.Max(1, count);
        for (int place = channel; place < sequence.Length; place += _channels)
        {
            double difference = Finite(sequence[place]) - mean;
            squares += _takesMissing && double.IsNaN(difference) ? 0 : difference * difference;
        }
        return (mean, Math.Sqrt(squares / Math.Max(1, count)));
    }

    private static Span<float> Moments(Span<float> state, int channel)
        => state.Slice(channel * RunningMoments.StateSize, RunningMoments.StateSize);

    // An infinity would leave no number behind it. NaN stays NaN.
    private static float Finite(float value) => Math.Clamp(value, float.MinValue, float.MaxValue);

    private static void Require(SequenceModelOptions options)
    {
        if (options.Vocabulary > 0)
            throw new ArgumentException(
                "DerivedInputs must be null for a column of keys: keys are names, and the difference of two names means nothing. Leave "
                + "DerivedInputs null.");
        if (options.Architecture is NetworkOptions { Core.IsCertified: true })
            throw new ArgumentException(
                $"DerivedInputs must be null for {options.Architecture.GetType().Name}: its gain is that of the inputs as they are given, "
                + "and a derived channel would add to it. Leave DerivedInputs null, or take another core as the Architecture.");
    }
}
