using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Warns of the frequency bias of state-space models: training hardly moves a pole to frequencies far from its own, so what the input holds
/// above the frequency of the fastest pole is not resolved (Yu et al., "Tuning frequency bias of state space models", ICLR 2025,
/// arXiv:2410.02035).
/// </summary>
internal sealed class InputSpectrum
{
    private const int Window = 128, MostWindows = 64;
    private const double Considerable = 0.1;

    private readonly double _frequency;
    private readonly int _step;
    private readonly double[] _above;
    private readonly double[] _total;

    private InputSpectrum(int features, int sequences, double frequency)
    {
        _frequency = frequency;
        _step = Math.Max(1, sequences / MostWindows);
        (_above, _total) = (new double[features], new double[features]);
    }

    /// <summary>
    /// What is to look at sequences such as <paramref name="data"/>; <see langword="null"/> where the model has no poles, or no channels.
    /// </summary>
    public static InputSpectrum? Of(SequenceNetwork model, ParameterSet initial, SequenceSource data)
    {
        var poles = PoleTable.Of(model, initial);
        return poles.Count == 0 || model.Options.Vocabulary > 0
            ? null : new InputSpectrum(data.Features, data.Count, poles.Max(pole => pole.Frequency));
    }

    /// <summary>Adds the power of some sequences.</summary>
    /// <param name="part">The sequences.</param>
    /// <param name="first">The index of the first of them among all.</param>
    public void Add(SequenceSet part, int first)
    {
        for (int i = (_step - first % _step) % _step; i < part.Count; i += _step)
        {
            int length = Math.Min(Window, part.Split(i));
            for (int c = 0; c < part.Features; c++)
            {
                for (int k = 1; k <= length / 2; k++)
                {
                    double power = Power(part.Values(i), part.Features, c, length, k);
                    _total[c] += power;
                    if ((double)k / length > _frequency)
                        _above[c] += power;
                }
            }
        }
    }

    /// <summary>What a user should know before training, or <see langword="null"/> where there is nothing to say.</summary>
    public string? Warning(ReadOnlySpan<float> deviations)
    {
        double share = ShareAbove(deviations);
        return share < Considerable ? null
            : FormattableString.Invariant(
                $"{100 * share:F0} % of the input's power lies above {_frequency:F3} oscillations a time step, ")
            + "the frequency of the fastest initial pole. Training hardly moves poles that far (frequency bias). "
            + "If these frequencies matter, raise the architecture's StepSizeMaximum or FrequencyScale, or for the LRU PhaseMaximum.";
    }

    /// <summary>
    /// Share of the input's power, without the mean, that lies above a frequency in oscillations a time step; in [0, 1]. It is estimated
    /// from periodograms of the first time steps of some sequences, summed over them and over channels; each channel is divided by its
    /// deviation, so that its unit does not matter.
    /// </summary>
    public static double ShareAbove(SequenceSet data, double frequency, ReadOnlySpan<float> deviations)
    {
        var spectrum = new InputSpectrum(data.Features, data.Count, frequency);
        spectrum.Add(data, 0);
        return spectrum.ShareAbove(deviations);
    }

    private double ShareAbove(ReadOnlySpan<float> deviations)
    {
        double above = 0, total = 0;
        for (int c = 0; c < _total.Length; c++)
        {
            double variance = (double)deviations[c] * deviations[c];
            above += _above[c] / variance;
            total += _total[c] / variance;
        }
        return total > 0 ? above / total : 0;
    }

    // |sum_t u_t exp(-2 pi i k t / length)|^2 over the first time steps of a sequence; the last value stands for a missing one
    private static double Power(ReadOnlySpan<float> values, int channels, int channel, int length, int k)
    {
        double real = 0, imaginary = 0;
        float last = float.NaN;
        for (int t = 0; t < length; t++)
        {
            float value = values[t * channels + channel];
            last = float.IsNaN(value) ? last : value;
            if (float.IsNaN(last))
                continue;
            var (sine, cosine) = Math.SinCos(Math.Tau * ((long)k * t % length) / length);
            real += last * cosine;
            imaginary -= last * sine;
        }
        return real * real + imaginary * imaginary;
    }
}
