using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Sets the filters of <see cref="LastStates"/>, which take the channels in turn. Those of a channel are spread over all scales: some only
/// forget, with memories up to the length of a sequence; the others ring with periods from two steps to that length. Every other of these
/// remembers half a period, those between remember the whole sequence.
/// </summary>
internal static class LinearDraw
{
    private const int MostReal = 6;

    public static void Fill(BankModel model, ParameterSet parameters, SequenceSet data)
    {
        if (model.Linear?.Filters is not { } filters)
            return;
        double length = Enumerable.Range(0, data.Count).Average(data.Length), interval = data.HasIntervals ? UsualInterval(data) : 1;
        double longest = Math.Max(3, length);
        for (int n = 0; n < filters.Filters; n++)
        {
            int channel = n % filters.Inputs, k = n / filters.Inputs;
            int own = (filters.Filters - channel + filters.Inputs - 1) / filters.Inputs, real = Math.Clamp(own / 4, 1, MostReal);
            Complex pole = Math.Exp(-1 / Math.Pow(longest, (k + 1.0) / real));
            if (k >= real)
            {
                double period = 2 * Math.Pow(longest / 2, (k - real + 0.5) / (own - real));
                pole = Complex.FromPolarCoordinates(Math.Exp(-1 / ((k - real) % 2 == 0 ? period / 2 : longest)), Math.Tau / period);
            }
            BankDraw.Set(filters, parameters, n, pole, interval, c => c == channel ? 1 : 0);
        }
    }

    // The geometric mean of all intervals.
    private static double UsualInterval(SequenceSet data)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < data.Count; i++)
        {
            foreach (float interval in data.Intervals(i)[1..])
                (sum, count) = (sum + Math.Log(interval), count + 1);
        }
        return count > 0 ? Math.Exp(sum / count) : 1;
    }
}
