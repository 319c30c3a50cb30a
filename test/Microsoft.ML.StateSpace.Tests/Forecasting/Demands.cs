namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>Small tables of shops, with a week and holidays.</summary>
internal static class Demands
{
    public const int Horizon = 3;

    public static readonly MLContext Ml = new(seed: 1);

    public static ForecastingOptions Options { get; } = new()
    {
        TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", OrderColumnName = "Day", KnownAheadColumnNames = ["Holiday"],
        KnownSoFarColumnNames = ["Heat"], Horizon = Horizon, Season = 7, ConfidenceLevel = 0.9f, ConfidenceLowerBoundColumn = "Lower",
        ConfidenceUpperBoundColumn = "Upper",
    };

    /// <summary>Shops a, b, c, ... with so many days each. Some sales are missing.</summary>
    public static Demand[] Of(params int[] days)
    {
        var random = new Random(11);
        var rows = new List<Demand>();
        for (int shop = 0; shop < days.Length; shop++)
        {
            for (int day = 0; day < days[shop]; day++)
            {
                bool holiday = random.Next(8) == 0;
                float sales = (shop + 1) * (40 + 10 * (day % 7) - (holiday ? 30 : 0) + 4 * random.NextSingle());
                rows.Add(new Demand
                {
                    Shop = $"{(char)('a' + shop)}", Day = day, Sales = day % 31 == 9 ? float.NaN : sales, Returns = sales / 8,
                    Holiday = holiday, Heat = random.NextDouble(), Both = [sales, -sales], Size = shop + 1,
                });
            }
        }
        return [.. rows];
    }

    public static IDataView View(IEnumerable<Demand> rows) => Ml.Data.LoadFromEnumerable(rows);

    public static ForecastingTransformer Fit(ForecastingOptions options, IEnumerable<Demand> rows)
        => Ml.Forecasting.ForecastByStateSpace(options).Fit(View(rows));

    public static Answer[] Answers(ForecastingTransformer model, IEnumerable<Demand> rows)
        => [.. Ml.Data.CreateEnumerable<Answer>(model.Transform(View(rows)), reuseRowObject: false)];
}
