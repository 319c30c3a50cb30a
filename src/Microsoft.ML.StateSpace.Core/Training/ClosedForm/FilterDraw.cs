using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Draws the filters of a bank, and what of them follows from the training sequences: outputs get deviation 1, and a threshold is the
/// output at a random time step of a random sequence, so that it lies at a random quantile of the outputs. Each group has random numbers of
/// its own, so nothing depends on which thread draws it.
/// </summary>
internal static class FilterDraw
{
    // Share of the filters without an angle, which smooth; the others turn up to so many times within their memory.
    private const double Smoothing = 0.2, MostTurns = 2;

    // The longest memory, as a share of the mean length; but of short sequences the whole.
    private const double LongestMemory = 1 / 3.0, ShortMemory = 32;

    // Sequences over which the deviation of an output is taken.
    private const int Sampled = 3;

    private const int Lanes = FilterChain.Lanes;

    /// <param name="model">The bank.</param>
    /// <param name="parameters">Its parameters, which receive what is drawn; the statistics of the inputs must be there.</param>
    /// <param name="prepared">Its prepared values, which receive the poles.</param>
    /// <param name="data">The training sequences.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="workers">Threads.</param>
    public static void Fill(BankModel model, ParameterSet parameters, float[] prepared, SequenceSet data, int seed, Workers workers)
    {
        var bank = model.Bank;
        double length = Enumerable.Range(0, data.Count).Average(data.Length);
        for (int group = 0; group < bank.Groups; group++)
            DrawFilters(bank, group, parameters.Values, length, new Random(HashCode(seed, group, 0)));
        bank.Prepare(new Weights(parameters.Values, prepared));
        var memories = new BankMemory[workers.Count];
        workers.Run(bank.Groups, (worker, group) => Measure(
            model, group, parameters, prepared, data, memories[worker] ??= new(model), new Random(HashCode(seed, group, 1))));
    }

    private static void DrawFilters(PooledBank bank, int group, Span<float> values, double length, Random random)
    {
        var rates = bank.Rate.Of(values).Slice(2 * Lanes * group, 2 * Lanes);
        var output = bank.Output.Of(values).Slice(2 * Lanes * group, 2 * Lanes);
        double longest = Math.Log(Math.Max(2, Math.Min(length, Math.Max(length * LongestMemory, ShortMemory))));
        int order = bank.Order(group);
        for (int lane = 0; lane < Lanes; lane++)
        {
            double memory = Math.Exp(longest * random.NextDouble()), turns = MostTurns * random.NextDouble();
            double angle = random.NextDouble() < Smoothing ? 0 : Math.Min(Math.PI, Math.PI * turns / memory);
            double phase = Math.Tau * random.NextDouble(), gain = Math.Pow(1 - Math.Exp(-order / memory), order);
            rates[lane] = (float)(-order / memory);
            rates[Lanes + lane] = (float)angle;
            output[lane] = (float)(gain * Math.Cos(phase));
            output[Lanes + lane] = (float)(gain * Math.Sin(phase));
        }
        // A random number of channels, each number of digits alike, with random signs.
        int[] channels = [.. Enumerable.Range(0, bank.Channels)];
        random.Shuffle(channels);
        int count = Math.Clamp((int)Math.Pow(2, random.NextDouble() * Math.Log2(bank.Channels + 1)), 1, bank.Channels);
        var mix = bank.Mix.Of(values).Slice(group * bank.Channels, bank.Channels);
        mix.Clear();
        foreach (int channel in channels.AsSpan(0, count))
            mix[channel] = (random.Next(2) == 0 ? 1 : -1) / MathF.Sqrt(count);
    }

    private static void Measure(
        BankModel model, int group, ParameterSet parameters, float[] prepared, SequenceSet data, BankMemory memory, Random random)
    {
        var bank = model.Bank;
        var weights = new Weights(parameters.Values, prepared);
        var squares = new double[Lanes];
        long steps = 0;
        for (int sample = 0; sample < Sampled; sample++)
        {
            var outputs = Outputs(model, group, weights, data, random.Next(data.Count), memory);
            for (int i = 0; i < outputs.Length; i++)
                squares[i % Lanes] += (double)outputs[i] * outputs[i];
            steps += outputs.Length / Lanes;
        }
        var output = bank.Output.Of(parameters.Values).Slice(2 * Lanes * group, 2 * Lanes);
        for (int lane = 0; lane < Lanes; lane++)
        {
            // An output that is zero everywhere stays so.
            float scale = squares[lane] > 0 ? (float)Math.Sqrt(steps / squares[lane]) : 1;
            output[lane] *= float.IsFinite(scale) ? scale : 1;
            output[Lanes + lane] *= float.IsFinite(scale) ? scale : 1;
        }
        var thresholds = bank.ThresholdsOf(group, parameters.Values);
        for (int k = 0; k < bank.Thresholds(group); k++)
        {
            var outputs = Outputs(model, group, weights, data, random.Next(data.Count), memory);
            for (int lane = 0; lane < Lanes; lane++)
                thresholds[k * Lanes + lane] = outputs[random.Next(outputs.Length / Lanes) * Lanes + lane];
        }
    }

    private static float[] Outputs(BankModel model, int group, Weights weights, SequenceSet data, int index, BankMemory memory)
    {
        var input = memory.Input(group, weights, memory.Planes(weights.Values, data.Values(index)));
        var state = new float[FilterChain.StateSize(model.Bank.Order(group))];
        var outputs = new float[input.Length * Lanes];
        model.Bank.Filter(group, weights, input, memory.Intervals(group, data.Intervals(index)), state, outputs);
        return outputs;
    }

    // A seed that depends on all three numbers, in every process alike.
    private static int HashCode(int seed, int group, int use)
    {
        ulong mixed = ((ulong)(uint)seed << 32 | (uint)(2 * group + use)) * 0x9E3779B97F4A7C15;
        return (int)((mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 >> 33);
    }
}
