using System.Globalization;
using Microsoft.ML.Data;

namespace Forecasting;

/// <summary>A day of a bicycle rental.</summary>
internal sealed class Day
{
    /// <summary>Number of values that are known ahead.</summary>
    public const int KnownValues = 13;

    private const int LeastDays = 400;

    private static readonly string[] Columns = ["dteday", "holiday", "workingday", "weathersit", "temp", "hum", "windspeed", "cnt"];

    public DateTime Date { get; set; }

    /// <summary>Bicycles that were rented; NaN on days to come.</summary>
    public float Rentals { get; set; }

    /// <summary>Calendar and weather, for which a weather forecast stands in on days to come.</summary>
    [VectorType(KnownValues)]
    public float[] KnownAhead { get; set; } = [];

    /// <summary>A day from its calendar and weather, in the units of the bike sharing data.</summary>
    public static Day Of(
        DateTime date, bool holiday, bool workingDay, int weather, float temperature, float humidity, float wind, float rentals)
    {
        float[] weekDay = new float[7];
        weekDay[(int)date.DayOfWeek] = 1;
        return new Day
        {
            Date = date, Rentals = rentals,
            KnownAhead = [.. weekDay, Is(holiday), Is(workingDay), weather - 1, temperature, humidity, wind],
        };
    }

    /// <summary>The same day before it has come.</summary>
    public static Day ToCome(Day day) => new() { Date = day.Date, Rentals = float.NaN, KnownAhead = day.KnownAhead };

    /// <summary>Reads day.csv of the bike sharing data set.</summary>
    /// <exception cref="ArgumentException">The file is not such a file.</exception>
    public static Day[] Read(string path)
    {
        if (!File.Exists(path))
            throw new ArgumentException($"There is no file '{path}'.");
        string[][] rows = [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => line.Split(','))];
        int[] places = [.. Columns.Select(name => rows.Length == 0 ? -1 : Array.IndexOf(rows[0], name))];
        if (places.Contains(-1) || rows.Length <= LeastDays || rows.Any(row => row.Length != rows[0].Length))
            throw new ArgumentException(
                $"'{path}' must have the columns {string.Join(", ", Columns)} and at least {LeastDays} rows, all of the same length.");
        return [.. rows.Skip(1).Select((row, index) =>
        {
            string[] cells = [.. places.Select(place => row[place])];
            try
            {
                float[] values = [.. cells.Skip(1).Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
                return Of(
                    DateTime.Parse(cells[0], CultureInfo.InvariantCulture), values[0] == 1, values[1] == 1, (int)values[2], values[3],
                    values[4], values[5], values[6]);
            }
            catch (FormatException error)
            {
                throw new ArgumentException($"'{path}', row {index + 1}: {error.Message}", error);
            }
        })];
    }

    private static float Is(bool what) => what ? 1 : 0;
}
