namespace Microsoft.ML.StateSpace.Reports.Tests.Testing;

/// <summary>Small data that small models learn, but not without errors.</summary>
internal static class TestRows
{
    public static readonly string[] Kinds = ["slow", "middling", "fast"];

    /// <summary>Names that would break a page which trusts them.</summary>
    public static readonly string[] NastyKinds =
    [
        "<b>slow</b> & \"quoted\" 'so'", "שלום עולם", "a_very_long_name_of_a_class_without_a_single_space_in_it_that_goes_on_and",
    ];

    /// <summary>Slow, middling and fast oscillations with noise.</summary>
    public static WaveRow[] Waves(int count, int seed, string[]? kinds = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int kind = i % 3;
            double phase = random.NextDouble() * Math.Tau, rate = 0.15 + 0.12 * kind + 0.05 * Noise(random), level = kind + Noise(random);
            float[] values = [.. Enumerable.Range(0, 48).Select(
                j => (float)(Math.Sin(phase + rate * (j / 2)) + level * (j % 2) + 0.4 * Noise(random)))];
            string Tag(int t) => (kinds ?? Kinds)[t == 0 ? 0 : values[2 * t] > values[2 * t - 2] ? 1 : 2];
            float sum = 0;
            return new WaveRow
            {
                Features = values, Kind = (kinds ?? Kinds)[kind], IsFast = kind == 2, Levels = [(float)level, (float)(10 * rate)],
                Tags = [.. Enumerable.Range(0, 24).Select(Tag)],
                Sum = [.. Enumerable.Range(0, 24).Select(t => sum = 0.8f * sum + values[2 * t] + 0.3f * values[2 * t + 1])],
            };
        })];
    }

    public static TokenRow[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new TokenRow
        {
            Features = [.. Enumerable.Range(0, random.Next(4, 12)).Select(_ => (uint)random.Next(1 + i % 2, 5 + i % 2))],
            Kind = Kinds[i % 2],
        })];
    }

    public static PairRow[] Pairs(int count, int seed)
    {
        var random = new Random(seed);
        float[] Wave(double rate, int steps) => [.. Enumerable.Range(0, steps).Select(
            t => random.Next(12) == 0 ? float.NaN : (float)(Math.Sin(rate * t) + 0.2 * Noise(random)))];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double rate = 0.2 + 0.4 * random.NextDouble();
            float[] first = Wave(rate, random.Next(8, 20));
            return new PairRow
            {
                First = first, Second = Wave(i % 2 == 0 ? rate : rate + 0.5, random.Next(8, 20)), AreAlike = i % 2 == 0,
                Intervals = [.. first.Select(_ => 0.5f + random.NextSingle())],
            };
        })];
    }

    /// <summary>Weekly sales of shops.</summary>
    public static SalesRow[] Sales(string[] shops, int days)
    {
        var random = new Random(4);
        return [.. shops.SelectMany((shop, i) => Enumerable.Range(0, days).Select(day => new SalesRow
        {
            Shop = shop, Returns = 5 + random.NextSingle(),
            Sales = (float)((100 + 50 * i) * (1 + 0.4 * Math.Sin(day * Math.Tau / 7) + 0.001 * day) + 10 * Noise(random)),
        }))];
    }

    private static double Noise(Random random) => Enumerable.Range(0, 4).Sum(_ => random.NextDouble()) - 2;
}
