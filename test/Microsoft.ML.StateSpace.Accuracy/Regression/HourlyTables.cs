using System.Globalization;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Regression;

/// <summary>A value ahead in a table of hours, from the hours before it.</summary>
internal static class HourlyTables
{
    private const string Bicycles = "bikesharing", Transformers = "etth1";

    /// <summary>
    /// The bicycles that are rented in the next hour, from 48 hours of demand, time of the day, day of the week, and weather. The year 2011
    /// is learnt from, 2012 is tested, when demand is twice as high.
    /// </summary>
    public static ValuedSet Demand()
    {
        const int Steps = 48, Hour = 5, Year = 3, Count = 16;
        int[] others = [8, 9, 10, 12, 13]; // working day, weather, temperature, humidity, wind
        string file = SharedData.Path(Bicycles, "hour.csv");
        return new("bikesharing", [file], 3 + others.Length, "", () =>
        {
            string[][] rows = Cells(file);
            float[][] table = [.. rows.Select(cells => (float[])
            [
                Number(cells[Count]), MathF.Sin(MathF.Tau * Number(cells[Hour]) / 24), MathF.Cos(MathF.Tau * Number(cells[Hour]) / 24),
                .. others.Select(column => Number(cells[column])),
            ])];
            int second = Array.FindIndex(rows, cells => cells[Year] == "1");
            return (Ahead(table, 0, Steps, second, Steps, 1), Ahead(table, 0, second, table.Length, Steps, 1));
        });
    }

    /// <summary>
    /// The oil temperature of a transformer a day ahead, from 96 hours of its loads and itself. The usual split: 8,640 hours to learn from,
    /// the 2,880 hours behind the validation part to test.
    /// </summary>
    public static ValuedSet OilTemperature()
    {
        const int Steps = 96, Horizon = 24, Learnt = 8640, Validation = 2880, Tested = 2880;
        string file = SharedData.Path(Transformers, "ETTh1.csv");
        return new("etth1", [file], 7, "", () =>
        {
            float[][] table = [.. Cells(file).Select(cells => (float[])[.. cells[1..].Select(Number)])];
            const int First = Learnt + Validation;
            return (Ahead(table, 6, Steps + Horizon - 1, Learnt, Steps, Horizon), Ahead(table, 6, First, First + Tested, Steps, Horizon));
        });
    }

    // For each target row of a range the window that ends so many rows before it.
    private static Window[] Ahead(float[][] table, int target, int first, int end, int steps, int horizon)
        => [.. Enumerable.Range(first, end - first).Select(row => new Window
        {
            Features = Window.Cut(table, row - horizon - steps + 1, steps), Label = table[row][target],
        })];

    private static string[][] Cells(string path) => [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];

    private static float Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);
}
