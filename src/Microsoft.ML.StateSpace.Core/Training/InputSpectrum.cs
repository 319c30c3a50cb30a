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
internal static class InputSpectrum
{
    private const int Window = 128, MostWindows = 64;
    private const double Considerable = 0.1;

    /// <summary>What a user should know before training, or <see langword="null"/> where there is nothing to say.</summary>
    public static string? Warning(SequenceNetwork model, ParameterSet initial, SequenceSet data)
    {
        var poles = PoleTable.Of(model, initial);
        if (poles.Count == 0 || model.Options.Vocabulary > 0)
            return null;
        double fastest = poles.Max(pole => pole.Frequency),
            share = ShareAbove(data, fastest, model.Input!.Deviation.Of((ReadOnlySpan<float>)initial.Values));
        return share < Considerable ? null
            : FormattableString.Invariant(
                $"{100 * share:F0} % of the input's power lies above {fastest:F3} oscillations a time step, ")
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
        double above = 0, total = 0;
        int step = Math.Max(1, data.Count / MostWindows);
        for (int i = 0; i < data.Count; i += step)
        {
            int length = Math.Min(Window, data.Length(i));
            for (int c = 0; c < data.Features; c++)
            {
                for (int k = 1; k <= length / 2; k++)
                {
                    double power = Power(data.Values(i), data.Features, c, length, k) / ((double)deviations[c] * deviations[c]);
                    total += power;
                    if ((double)k / length > frequency)
                        above += power;
                }
            }
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
