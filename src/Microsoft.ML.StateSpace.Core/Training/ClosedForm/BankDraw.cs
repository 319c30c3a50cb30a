using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Draws what is random in <see cref="StepFeatures"/>. Memories are spread over all scales, one filter in each part of the logarithmic
/// range; about a third of the filters only forget, the others ring up to two times within their memory. Where time steps are not equally
/// far apart, all that is counted in usual intervals.
/// </summary>
internal static class BankDraw
{
    // Memories of filters of the inputs reach to this share of the record, those of the mixtures to half of it. Where they reach further,
    // sums of a few slow filters tell the time within the record, and follow what happened there by chance; stretches that are held out in
    // its midst do not show that. Slower poles are left to those that are estimated.
    private const double LongestMemory = 1 / 25.0, RealShare = 0.35, MixedRealShare = 0.5, Cycles = 2;

    // A mixture takes up to so many columns. Half of them are estimates of an output by the linear model, the direction in which a Wiener
    // system is bent; with a large gain tanh is a step, with a small one nearly linear.
    private const int MostColumns = 3;
    private const double SmallestGain = 0.5, LargestGain = 4;

    /// <summary>Sets the filters of the inputs: first those with estimated poles, then those that are drawn, each of one input.</summary>
    /// <param name="bank">The features.</param>
    /// <param name="parameters">Where they are stored.</param>
    /// <param name="modes">The estimated poles, for each output; filters without one answer 0.</param>
    /// <param name="slots">Filters of each output that are there for estimated poles.</param>
    /// <param name="length">The mean length of the records, and the usual interval.</param>
    /// <param name="random">The draw.</param>
    public static void SetInputFilters(
        StepFeatures bank, ParameterSet parameters, IReadOnlyList<EquationError.Mode[]> modes, int slots,
        (double Steps, double Interval) length, Random random)
    {
        var filters = bank.InputFilters;
        for (int p = 0; p < modes.Count; p++)
        {
            int slot = p * slots, end = slot + slots;
            foreach (var mode in modes[p])
            {
                // Of a pair of conjugate poles one makes two filters, a quarter of a cycle apart.
                int phases = mode.Pole.Imaginary == 0 ? 1 : 2;
                if (mode.Pole.Imaginary < 0 || slot + phases > end)
                    continue;
                Set(filters, parameters, slot++, mode.Pole, length.Interval, c => mode.Residues[c]);
                if (phases == 2)
                    Set(filters, parameters, slot++, mode.Pole, length.Interval, c => mode.Residues[c] * Complex.ImaginaryOne);
            }
        }
        Draw(filters, parameters, modes.Count * slots, LongestMemory, length, RealShare, random);
        if (bank.InputFiltersFromEnd is { } fromEnd)
            Draw(fromEnd, parameters, 0, LongestMemory, length, RealShare, random);
    }

    /// <summary>Sets the mixtures and their filters.</summary>
    /// <param name="bank">The features.</param>
    /// <param name="parameters">Where they are stored.</param>
    /// <param name="linear">The moments of the linear features, u and x, with the targets behind them.</param>
    /// <param name="estimates">Each output as estimated by the linear features, (outputs, 1 + linear features).</param>
    /// <param name="drawn">The first linear feature that is mixed: that of the first filter which was drawn.</param>
    /// <param name="length">The mean length of the records, and the usual interval.</param>
    /// <param name="random">The draw.</param>
    public static void SetMixtures(
        StepFeatures bank, ParameterSet parameters, Matrix linear, Matrix estimates, int drawn, (double Steps, double Interval) length,
        Random random)
    {
        if (bank.MixtureWeight is null || bank.MixtureBias is null)
            return;
        int size = bank.LinearSize, outputs = estimates.Rows;
        var (means, deviations) = Directions(linear, estimates, size);
        var weights = bank.MixtureWeight.Of(parameters.Values);
        var biases = bank.MixtureBias.Of(parameters.Values);
        var row = new double[size];
        for (int m = 0; m < bank.Mixtures; m++)
        {
            Array.Clear(row);
            int columns = 1 + random.Next(MostColumns);
            double gain = SmallestGain * Math.Pow(LargestGain / SmallestGain, random.NextDouble()) / Math.Sqrt(columns);
            double bias = Normal(random);
            for (int k = 0; k < columns; k++)
            {
                int d = random.Next(2) == 0 ? size + random.Next(outputs) : random.Next(drawn, size);
                double weight = gain * Normal(random);
                if (deviations[d] == 0)
                    continue;
                weight /= deviations[d];
                bias -= weight * means[d];
                for (int i = 0; i < size; i++)
                    row[i] += d < size ? (i == d ? weight : 0) : weight * estimates[d - size, 1 + i];
            }
            for (int i = 0; i < size; i++)
                weights[m * size + i] = (float)row[i];
            biases[m] = (float)bias;
        }
        if (bank.MixedFilters is { } mixed)
            Draw(mixed, parameters, 0, LongestMemory / 2, length, MixedRealShare, random);
        if (bank.MixedFiltersFromEnd is { } fromEnd)
            Draw(fromEnd, parameters, 0, LongestMemory / 2, length, MixedRealShare, random);
    }

    // Mean and deviation of each linear feature, then of each estimate without its constant.
    private static (double[] Means, double[] Deviations) Directions(Matrix linear, Matrix estimates, int size)
    {
        double rows = linear[0, 0];
        double[] means = new double[size + estimates.Rows], deviations = new double[means.Length];
        double Covariance(int a, int b) => linear[1 + a, 1 + b] / rows - linear[0, 1 + a] / rows * linear[0, 1 + b] / rows;
        for (int i = 0; i < size; i++)
            (means[i], deviations[i]) = (linear[0, 1 + i] / rows, Deviation(Covariance(i, i), linear[1 + i, 1 + i] / rows));
        for (int p = 0; p < estimates.Rows; p++)
        {
            double variance = 0;
            for (int i = 0; i < size; i++)
            {
                means[size + p] += estimates[p, 1 + i] * means[i];
                for (int j = 0; j < size; j++)
                    variance += estimates[p, 1 + i] * estimates[p, 1 + j] * Covariance(i, j);
            }
            deviations[size + p] = Deviation(variance, variance);
        }
        return (means, deviations);
    }

    private static double Deviation(double variance, double square) => variance > 1e-12 * square && variance > 0 ? Math.Sqrt(variance) : 0;

    private static void Draw(
        FilterBank filters, ParameterSet parameters, int first, double share, (double Steps, double Interval) length, double realShare,
        Random random)
    {
        double longest = Math.Max(3, share * length.Steps);
        int count = filters.Filters - first;
        for (int n = 0; n < count; n++)
        {
            double memory = Math.Pow(longest, (n + random.NextDouble()) / count);
            bool isReal = random.NextDouble() < realShare;
            double cycles = Cycles * random.NextDouble(), phase = 2 * Math.PI * random.NextDouble();
            int input = random.Next(filters.Inputs);
            double angle = isReal ? 0 : Math.Min(Math.PI, Math.PI * cycles / memory);
            var pole = Complex.FromPolarCoordinates(Math.Exp(-1 / memory), angle);
            Set(
                filters, parameters, first + n, pole, length.Interval,
                c => c == input ? Complex.FromPolarCoordinates(1, isReal ? 0 : phase) : Complex.Zero);
        }
    }

    // A filter answers white noise of deviation one with about deviation one. The pole is that of a usual interval.
    internal static void Set(
        FilterBank filters, ParameterSet parameters, int n, Complex pole, double interval, Func<int, Complex> row)
    {
        int count = filters.Filters, inputs = filters.Inputs;
        double gain = Math.Sqrt(1 - pole.Magnitude * pole.Magnitude);
        var (first, factor) = filters.HasIntervals ? (Complex.Log(pole) / interval, gain / (pole - 1)) : (pole, gain);
        var poles = filters.Poles.Of(parameters.Values);
        (poles[n], poles[count + n]) = ((float)first.Real, (float)first.Imaginary);
        var matrix = filters.InputMatrix.Of(parameters.Values);
        for (int c = 0; c < inputs; c++)
        {
            var value = factor * row(c);
            (matrix[n * inputs + c], matrix[(count + n) * inputs + c]) = ((float)value.Real, (float)value.Imaginary);
        }
    }

    // Box and Muller.
    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
