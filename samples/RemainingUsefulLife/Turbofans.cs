using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RemainingUsefulLife;

/// <summary>The long tables of C-MAPSS, with a column for what is to be predicted.</summary>
internal static class Turbofans
{
    /// <summary>A longer life counts as this: an engine without damage looks like any other.</summary>
    private const float Longest = 125;

    /// <summary>
    /// Loads a table, one row a flight: engine, number of the flight, three settings, 21 sensors, separated by spaces; and adds how many
    /// flights the engine has left behind each.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="path">The table.</param>
    /// <param name="beyond">
    /// A file with the flights that each engine has left behind its last row; <see langword="null"/> where engines run until they fail.
    /// </param>
    public static IDataView Load(MLContext mlContext, string path, string? beyond = null)
    {
        IDataView table = mlContext.Data.LoadFromTextFile<Flight>(path, separatorChar: ' ');
        float[] left = beyond is null ? [] : [.. File.ReadLines(beyond).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        var ends = new Dictionary<float, float>();
        foreach (var (engine, number) in table.GetColumn<float>("Engine").Zip(table.GetColumn<float>("Number")))
            ends[engine] = number + (left.Length == 0 ? 0 : left[(int)engine - 1]);
        var remaining = mlContext.Transforms.CustomMapping<Flight, Life>(
            (flight, life) => life.Remaining = Math.Min(Longest, ends[flight.Engine] - flight.Number), contractName: null);
        return remaining.Fit(table).Transform(table);
    }

    /// <summary>A row of the table.</summary>
    private sealed class Flight
    {
        [LoadColumn(0)]
        public float Engine { get; set; }

        [LoadColumn(1)]
        public float Number { get; set; }

        /// <summary>The sensors 2, 3, 4, 7, 8, 9, 11, 12, 13, 14, 15, 17, 20 and 21; the others never change.</summary>
        [LoadColumn([6, 7, 8, 11, 12, 13, 15, 16, 17, 18, 19, 21, 24, 25])]
        [VectorType(14)]
        public float[] Sensors { get; set; } = [];
    }

    /// <summary>What is to be predicted.</summary>
    private sealed class Life
    {
        public float Remaining { get; set; }
    }
}
