namespace SystemIdentification;

/// <summary>
/// Two water tanks, one above the other. A pump fills the upper one, which drains into the lower one, which drains into a
/// reservoir; the level of the lower tank is measured. Draining goes with the square root of the level, and a full upper tank
/// overflows, in part into the lower: a nonlinear process with a hard saturation, modelled on the cascaded tanks benchmark
/// (Schoukens, Mattsson, Wigren and Noël, 2016).
/// </summary>
internal static class CascadedTanks
{
    private const double UpperDrain = 0.067, LowerDrain = 0.06, PumpGain = 0.067, OverflowShare = 0.6;
    private const double FullLevel = 10, StartLevel = 2;
    private const double EulerStep = 0.1;
    private const int EulerStepsPerSample = 40;
    private const int LongestPeriod = 500, Waves = 25;

    /// <summary>One experiment: a random pump voltage and the measured level of the lower tank, a sample every 4 s.</summary>
    public static Experiment Run(int samples, Random random)
    {
        float[] voltage = PumpVoltage(samples, random);
        return new Experiment { Voltage = voltage, Level = Simulate(voltage, noise: 0.05, random) };
    }

    /// <summary>A multisine with random phases: periods from 20 samples (80 s) to 500 (33 min), between 0 and 4 V.</summary>
    private static float[] PumpVoltage(int samples, Random random)
    {
        double[] phases = [.. Enumerable.Range(0, Waves).Select(_ => Math.Tau * random.NextDouble())];
        double amplitude = 0.9 * Math.Sqrt(2.0 / Waves);
        return [.. Enumerable.Range(0, samples).Select(k =>
            (float)Math.Clamp(
                2 + amplitude * phases.Select((phase, wave) => Math.Sin(Math.Tau * (wave + 1) * k / LongestPeriod + phase)).Sum(), 0, 4))];
    }

    private static float[] Simulate(float[] voltage, double noise, Random random)
    {
        double upper = StartLevel, lower = StartLevel;
        var level = new float[voltage.Length];
        for (int k = 0; k < voltage.Length; k++)
        {
            level[k] = (float)(lower + noise * Gaussian(random));
            for (int step = 0; step < EulerStepsPerSample; step++)
            {
                double upperRate = PumpGain * voltage[k] - UpperDrain * Math.Sqrt(upper);
                double overflow = upper >= FullLevel ? Math.Max(0, upperRate) : 0;
                double lowerRate = UpperDrain * Math.Sqrt(upper) - LowerDrain * Math.Sqrt(lower) + OverflowShare * overflow;
                upper = Math.Clamp(upper + EulerStep * upperRate, 0, FullLevel);
                lower = Math.Clamp(lower + EulerStep * lowerRate, 0, FullLevel);
            }
        }
        return level;
    }

    private static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}

/// <summary>A record of the process: as many levels as voltages.</summary>
internal sealed class Experiment
{
    /// <summary>What goes in: the voltage of the pump.</summary>
    public float[] Voltage { get; set; } = [];

    /// <summary>What comes out: the measured level of the lower tank.</summary>
    public float[] Level { get; set; } = [];
}
