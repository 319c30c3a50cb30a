using System.Globalization;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// Reads the time stamps of a file. They are all dates, in seconds, or all numbers, in a unit that only their writer knows; the first one
/// decides. As decimals, dates of today keep their fractions of a microsecond.
/// </summary>
internal sealed class TsClock
{
    // Differences of stamps up to here are far from the limits of decimals, whatever their signs.
    private const decimal Largest = 1e27m;

    private bool? _isDate;

    /// <summary>A time stamp, in seconds where stamps are dates.</summary>
    public decimal Parse(string text, TsLine at)
    {
        bool isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && Math.Abs(number) <= Largest;
        DateTime date = default;
        if (!isNumber && !DateTime.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date))
            throw at.Error(
                $"the time stamp '{text}' is neither a number up to 1e27 nor a date. Write dates as 2007-01-31 23:59:59, or '@timeStamps "
                + "false' and the values alone where their times are not known");
        if ((_isDate ??= !isNumber) == isNumber)
            throw at.Error(
                $"the time stamp '{text}' is {(isNumber ? "a number" : "a date")}, those before are {(isNumber ? "dates" : "numbers")}. "
                + "Write all stamps of a file in one way");
        return isNumber ? number : date.Ticks / (decimal)TimeSpan.TicksPerSecond;
    }

    /// <summary>The median step between neighbouring stamps of all series; 1 where no series has two.</summary>
    public static double MedianStep(IEnumerable<TsSeries> series)
    {
        double[] steps = [.. series.SelectMany(s => s.Steps.Skip(1))];
        Array.Sort(steps);
        return steps.Length == 0 ? 1 : steps[steps.Length / 2];
    }

    /// <summary>
    /// The time from the stamp before to each stamp, which must be later. That of the first is 0, for there is none before it.
    /// </summary>
    public static double[] Steps(decimal[] stamps, TsLine at)
    {
        double[] steps = new double[stamps.Length];
        for (int t = 1; t < stamps.Length; t++)
        {
            steps[t] = (double)(stamps[t] - stamps[t - 1]);
            if (!(steps[t] > 0))
                throw at.Error(
                    $"the time stamp of step {t} is not after that of the step before. Put the values in the order of time, and merge "
                    + "those that have the same time");
        }
        return steps;
    }
}
