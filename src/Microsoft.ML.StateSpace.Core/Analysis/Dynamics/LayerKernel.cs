using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The learning kernel of a layer of filters. Where a filter takes one channel and reads one way, that of B and C together; otherwise that
/// of C alone, which all channels of the output share. Filters of different channels are kernels of their own (blocks).
/// </summary>
internal sealed class LayerKernel(LayerFilters filters)
{
    private readonly LinearizedLayer _layer = new(filters);
    private readonly Complex[] _ones = [.. Enumerable.Repeat(Complex.One, filters.Count * filters.InputWidth)];
    private readonly int _blocks = filters.PerChannel ? filters.Inputs : 1;

    private bool IsOfOneChannel => filters is { InputWidth: 1, OutputWidth: 1 };

    private int PerBlock => filters.Count / _blocks;

    private int Features => 2 * PerBlock * filters.Directions;

    private int Residuals => filters.OutputWidth;

    /// <summary>The features and residuals of some sequences.</summary>
    /// <param name="inputs">Of each sequence the input, (length, channels).</param>
    /// <param name="slopes">Of each sequence minus the residual, (length, channels).</param>
    public Moments Collect(float[][] inputs, float[][] slopes)
    {
        var moments = new Moments(
            [.. Enumerable.Range(0, _blocks).Select(_ => new KernelFactor(Features, Residuals))],
            new double[filters.Count * filters.Directions], new Complex[filters.Count * filters.Directions], new double[filters.Count]);
        for (int s = 0; s < inputs.Length; s++)
            for (int block = 0; block < _blocks; block++)
                Add(moments, block, inputs[s], slopes[s]);
        return moments;
    }

    /// <summary>The rates, shares and powers where the loss is the mean over some time steps of half the squares of the residual.</summary>
    public LearningSpectrum Spectrum(IReadOnlyList<Moments> parts, int steps)
    {
        var all = parts[0];
        foreach (var part in parts.Skip(1))
            all.Add(part);
        double power = all.Factors.Sum(factor => factor.ResidualPower());
        var directions = new List<(double Rate, double Share)>();
        for (int block = 0; block < _blocks; block++)
        {
            double[] weights = [.. Enumerable.Range(0, Features).Select(i => Weight(block * PerBlock + i / (2 * filters.Directions)))];
            var (rates, powers) = all.Factors[block].Decompose(weights);
            directions.AddRange(rates.Zip(powers, (rate, value) => (rate, power == 0 ? 0 : value / power)));
        }
        (double Rate, double Share)[] sorted = [.. directions.OrderByDescending(direction => direction.Rate)];
        return new(
            [.. sorted.Select(direction => direction.Rate)], [.. sorted.Select(direction => direction.Share)], Residuals, power,
            [.. Enumerable.Range(0, filters.Count).Select(f => PoleRate(all, f, steps))]);
    }

    // m of the features of a filter. Where a filter takes several channels, these are its states, and C alone is in the kernel.
    private double Weight(int filter)
    {
        double factor = filters.OutputFactor * filters.OutputFactor;
        if (!IsOfOneChannel)
            return factor;
        return factor * Square(filters.B[filter]) + (filters.Directions == 1 ? InputWeight(filter) : 0);
    }

    private double InputWeight(int filter)
    {
        double sum = 0;
        foreach (var c in filters.C)
            for (int w = 0; w < filters.OutputWidth; w++)
                sum += Square(c[filter * filters.OutputWidth + w]);
        return filters.InputFactors[filter] * filters.InputFactors[filter] * sum;
    }

    // The largest rate of the filter's own C and B. Of several channels or directions it is bounded from above by those of the parts.
    private double PoleRate(Moments moments, int filter, int steps)
    {
        double factor = filters.OutputFactor * filters.OutputFactor, rate = 0;
        for (int i = filter * filters.Directions; i < (filter + 1) * filters.Directions; i++)
            rate += (moments.Eta[i] + Complex.Abs(moments.Zeta[i])) / (2 * steps);
        if (IsOfOneChannel)
            return rate * (factor * Square(filters.B[filter]) + InputWeight(filter));
        return rate * factor + InputWeight(filter) * moments.InputPower[filter] / steps;
    }

    private void Add(Moments moments, int block, float[] input, float[] slope)
    {
        int length = input.Length / filters.Inputs;
        var rows = new Matrix(Features + Residuals, length);
        var states = new Complex[length];
        for (int i = 0, row = 0; i < PerBlock; i++)
        {
            int filter = block * PerBlock + i;
            for (int d = 0; d < filters.Directions; d++, row += 2)
            {
                _layer.Filter(filter, IsOfOneChannel ? _ones : filters.B, 1, input, d == 1, states);
                int place = filter * filters.Directions + d;
                for (int t = 0; t < length; t++)
                {
                    (rows[row, t], rows[row + 1, t]) = (states[t].Real, -states[t].Imaginary);
                    moments.Eta[place] += Square(states[t]);
                    moments.Zeta[place] += states[t] * states[t];
                }
            }
            if (!IsOfOneChannel && filters.InputFactors[filter] != 0)
                moments.InputPower[filter] += InputPower(filter, input, states);
        }
        for (int r = 0; r < Residuals; r++)
            for (int t = 0; t < length; t++)
                rows[Features + r, t] = -slope[t * filters.Outputs + block * Residuals + r];
        moments.Factors[block].Add(rows);
    }

    // The sum of squares of what the filter makes of each channel alone.
    private double InputPower(int filter, float[] input, Complex[] states)
    {
        double sum = 0;
        var one = new Complex[filters.Count * filters.InputWidth];
        for (int w = 0; w < filters.InputWidth; w++)
        {
            one[filter * filters.InputWidth + w] = 1;
            _layer.Filter(filter, one, 1, input, false, states);
            one[filter * filters.InputWidth + w] = 0;
            foreach (var state in states)
                sum += Square(state);
        }
        return sum;
    }

    private static double Square(Complex value) => value.Real * value.Real + value.Imaginary * value.Imaginary;

    /// <summary>What is known of some sequences. Sums over time; a filter has one entry for each direction.</summary>
    /// <param name="Factors">Of each block.</param>
    /// <param name="Eta">The squares of the magnitudes of the features.</param>
    /// <param name="Zeta">Their squares.</param>
    /// <param name="InputPower">For each filter the squares of what it makes of the channels, one by one.</param>
    public sealed record Moments(KernelFactor[] Factors, double[] Eta, Complex[] Zeta, double[] InputPower)
    {
        public void Add(Moments other)
        {
            for (int i = 0; i < Factors.Length; i++)
                Factors[i].Add(other.Factors[i]);
            for (int i = 0; i < Eta.Length; i++)
                (Eta[i], Zeta[i]) = (Eta[i] + other.Eta[i], Zeta[i] + other.Zeta[i]);
            for (int i = 0; i < InputPower.Length; i++)
                InputPower[i] += other.InputPower[i];
        }
    }
}
