namespace LiveMonitor.Plant;

/// <summary>
/// The load that the plant will run at, which is planned and so known ahead: a level for every twelve readings, high and low by turns over
/// the day of the plant, which has 96 readings.
/// </summary>
internal static class Schedule
{
    /// <summary>Number of values that are known ahead of a reading.</summary>
    public const int KnownValues = 3;

    private const int Block = 12, Day = 96, Memory = 40;

    private static readonly int[] Windows = [6, 18];

    /// <summary>The load, from 0 to 1.</summary>
    public static double Load(long number)
    {
        long block = (long)Math.Floor((double)number / Block);
        double course = Math.Sin(2 * Math.PI * block * Block / Day);
        return Math.Clamp(0.5 + 0.28 * course + 0.5 * (Chance.Uniform(0, block) - 0.5), 0, 1);
    }

    /// <summary>The load as a bearing feels it, which warms up and cools down in about five readings.</summary>
    public static double Warmth(long number)
    {
        double decay = Math.Exp(-1 / 5.0), sum = 0, weights = 0, weight = 1;
        for (int back = 0; back < Memory; back++, weight *= decay)
        {
            sum += weight * Load(number - back);
            weights += weight;
        }
        return sum / weights;
    }

    /// <summary>What the model is told ahead: the load, and its means over a short and a long while, since heat takes its time.</summary>
    public static float[] KnownAhead(long number)
        => [(float)Load(number), .. Windows.Select(window
            => (float)Enumerable.Range(0, window).Average(back => Load(number - back)))];
}
