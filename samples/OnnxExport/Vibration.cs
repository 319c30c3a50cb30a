using Microsoft.ML.Data;

namespace OnnxExport;

/// <summary>A made series of vibrations: a pump hums, a saw screams, a press strikes.</summary>
internal sealed class Vibration
{
    public const int Steps = 64;

    private static readonly string[] Machines = ["pump", "saw", "press"];

    [VectorType(Steps)]
    public float[] Features { get; set; } = [];

    public string Machine { get; set; } = "";

    public static Vibration[] Some(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Vibration
        {
            Machine = Machines[i % 3], Features = Series(i % 3, random),
        })];
    }

    private static float[] Series(int kind, Random random)
    {
        double phase = random.NextDouble() * Math.Tau, speed = 0.9 + 0.2 * random.NextDouble();
        return [.. Enumerable.Range(0, Steps).Select(t => (float)(0.3 * (random.NextDouble() - 0.5) + kind switch
        {
            0 => Math.Sin(0.3 * speed * t + phase),
            1 => Math.Sin(1.7 * speed * t + phase),
            _ => Math.Pow(Math.Cos(0.1 * speed * t + phase), 16),
        }))];
    }
}
