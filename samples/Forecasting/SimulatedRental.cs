namespace Forecasting;

/// <summary>
/// Two years of a rental that does not exist: people rent more bicycles on warm, dry days and from year to year, fewer on holidays.
/// Temperature, humidity and wind are shares of their largest values, as in the bike sharing data.
/// </summary>
internal static class SimulatedRental
{
    public static Day[] Run(int days, int seed)
    {
        var random = new Random(seed);
        double warmth = 0, custom = 0;
        return [.. Enumerable.Range(0, days).Select(day =>
        {
            var date = new DateTime(2011, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(day);
            double season = -Math.Cos(2 * Math.PI * (date.DayOfYear - 20) / 365.25);
            warmth = 0.75 * warmth + 0.06 * Noise(random); // warm and cold spells
            custom = 0.6 * custom + 0.05 * Noise(random);  // what nobody knows ahead
            double temperature = Math.Clamp(0.5 + 0.26 * season + warmth, 0.05, 0.95), wind = 0.1 + 0.2 * random.NextDouble();
            double rain = random.NextDouble();
            int weather = rain < 0.64 ? 1 : rain < 0.95 ? 2 : 3;
            double humidity = Math.Clamp(0.5 + 0.12 * weather - 0.1 + 0.08 * Noise(random), 0.2, 1);
            bool weekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday, holiday = !weekend && random.Next(33) == 0;
            double level = 3500 * (1 + 0.2 * day / 365) * (0.3 + 1.6 * temperature - 0.9 * Math.Max(0, temperature - 0.7));
            double dry = weather == 1 ? 1 : weather == 2 ? 0.87 : 0.45, free = holiday ? 0.75 : weekend ? 0.95 : 1;
            float rentals = (float)Math.Max(20, Math.Round(level * dry * free * (1.1 - 0.5 * wind) * (1 + custom)));
            return Day.Of(date, holiday, !weekend && !holiday, weather, (float)temperature, (float)humidity, (float)wind, rentals);
        })];
    }

    // The sum of twelve uniform numbers is close to a normal one.
    private static double Noise(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
