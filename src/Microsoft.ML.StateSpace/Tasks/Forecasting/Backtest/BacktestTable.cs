using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Metrics as a table in Markdown whose columns stand below one another.</summary>
internal static class BacktestTable
{
    public static string Of(BacktestResult result, string first, IEnumerable<(string Name, ForecastMetrics Metrics)> rows)
    {
        string inside = $"in {(100 * result.ConfidenceLevel).ToString("0.##", CultureInfo.InvariantCulture)} % intervals";
        string[][] cells =
        [
            [first, "MAE", "RMSE", "sMAPE %", "MASE", "pinball", inside, "width"],
            .. rows.Select(row => (string[])
            [
                row.Name, Number(row.Metrics.MeanAbsoluteError), Number(row.Metrics.RootMeanSquaredError),
                Number(row.Metrics.SymmetricMeanAbsolutePercentageError), Number(row.Metrics.MeanAbsoluteScaledError),
                Number(row.Metrics.PinballLoss), Percent(row.Metrics.Coverage), Number(row.Metrics.MeanIntervalWidth),
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        var text = new StringBuilder();
        Line(cells[0]);
        Line([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':')]);
        foreach (string[] row in cells[1..])
            Line(row);
        return text.ToString();

        void Line(string[] row) => text.AppendLine(
            $"| {string.Join(" | ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |");
    }

    // Four digits that count; nothing for NaN.
    private static string Number(double value)
    {
        if (double.IsNaN(value))
            return "";
        int decimals = value == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    private static string Percent(double share)
        => double.IsNaN(share) ? "" : (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";
}
