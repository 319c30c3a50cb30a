using System.Globalization;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Forecasting;

/// <summary>The series that are forecast, each with the usual split. All that lies before a forecast has been seen.</summary>
internal static class Records
{
    /// <summary>The passengers of airlines in the last 24 months (Box, Jenkins 1976), from the ten years before.</summary>
    public static ForecastSet Passengers()
    {
        string file = SharedData.Path("airpassengers", "AirPassengers.csv");
        return new("airpassengers", [file], 24, 12, ("sMAPE %", errors => errors.SymmetricMeanAbsolutePercentageError), "", () =>
            ([.. Cells(file).Select(cells => new SeriesRow { Targets = [Number(cells[1])] })], 120, 120));
    }

    /// <summary>
    /// The bicycles that are rented on the next day of 2012, from 2011 and all days before, with calendar and weather of the day known.
    /// </summary>
    public static ForecastSet Bicycles()
    {
        const int Holiday = 5, WeekDay = 6, WorkingDay = 7, Weather = 8, Count = 15;
        int[] measured = [9, 11, 12]; // temperature, humidity, wind
        string file = SharedData.Path("bikesharing", "day.csv");
        return new("bikesharing-days", [file], 1, 7, ("MAE", errors => errors.MeanAbsoluteError), "SSA of ML.NET's tutorial 726", () =>
            ([.. Cells(file).Select(cells => new SeriesRow
            {
                Targets = [Number(cells[Count])],
                Ahead =
                [
                    Number(cells[Holiday]), Number(cells[WorkingDay]), Is(cells[WeekDay], 0), Is(cells[WeekDay], 6), Is(cells[Weather], 2),
                    Is(cells[Weather], 3), .. measured.Select(column => Number(cells[column])),
                ],
            })], 365, 365));
    }

    /// <summary>The loads and the oil temperature of a transformer, standardised, in the usual split: 8,640 hours, 2,880 to test.</summary>
    public static ForecastSet Transformer(int horizon, string published)
    {
        const int Learnt = 8640, Validation = 2880, Tested = 2880, Channels = 7;
        string file = SharedData.Path("etth1", "ETTh1.csv");
        return new($"etth1-{horizon}", [file], horizon, 24, ("MSE", errors => Math.Pow(errors.RootMeanSquaredError, 2)), published, () =>
        {
            float[][] table = [.. Cells(file).Take(Learnt + Validation + Tested)
                .Select(cells => (float[])[.. cells.Skip(1).Select(Number)])];
            for (int channel = 0; channel < Channels; channel++)
            {
                double mean = table.Take(Learnt).Average(row => row[channel]);
                double deviation = Math.Sqrt(table.Take(Learnt).Average(row => Math.Pow(row[channel] - mean, 2)));
                foreach (float[] row in table)
                    row[channel] = (float)((row[channel] - mean) / deviation);
            }
            return ([.. table.Select(row => new SeriesRow { Targets = row })], Learnt, Learnt + Validation);
        });
    }

    private static IEnumerable<string[]> Cells(string file)
        => File.ReadLines(file).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','));

    private static float Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);

    private static float Is(string cell, int value) => Number(cell) == value ? 1 : 0;
}
