using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;

/// <summary>A row of a table of series, with everything that a forecaster can read.</summary>
public sealed class SeriesRow
{
    public string Shop { get; set; } = "";

    public float Sales { get; set; }

    public float Visits { get; set; }

    /// <summary>Known up to now.</summary>
    public float Queue { get; set; }

    /// <summary>Known ahead.</summary>
    [VectorType(2)]
    public float[] Plan { get; set; } = [];

    /// <summary>Constant within a series.</summary>
    public float Kind { get; set; }

    /// <summary>Time since the row before.</summary>
    public float Gap { get; set; }

    /// <summary>
    /// Series with a course of eight rows, whose plan acts in curves and together, with gaps in most columns, one jump, and one series
    /// whose first rows are missing.
    /// </summary>
    public static SeriesRow[] Table(int series = 3, int rows = 150)
    {
        var random = new Random(5);
        float Or(double value, double share) => random.NextDouble() < share ? float.NaN : (float)value;
        return
        [
            .. from shop in Enumerable.Range(0, series)
               let level = 40 * (shop + 1)
               from day in Enumerable.Range(0, rows)
               let season = Math.Sin(2 * Math.PI * day / 8) + 0.4 * Math.Sin(4 * Math.PI * day / 8 + 1)
               let one = random.NextDouble() - 0.5
               let two = random.NextDouble() - 0.5
               let jump = shop == 1 && day > 90 ? 20 : 0
               let sales = level + jump + 6 * season + (8 + shop) * one * two + 3 * two + random.NextDouble()
               let isMissing = shop == 2 && day < 5
               select new SeriesRow
               {
                   Shop = $"shop {shop}", Sales = isMissing ? float.NaN : Or(sales, 0.04),
                   Visits = Or(0.3 * sales + random.NextDouble(), 0.04),
                   Queue = Or(random.NextDouble(), 0.1), Plan = [Or(one, 0.05), Or(two, 0.05)], Kind = shop % 2,
                   Gap = day == 0 ? float.NaN : 1 + random.Next(3),
               },
        ];
    }
}
