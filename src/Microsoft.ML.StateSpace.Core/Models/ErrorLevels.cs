namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// How unusual an error is among errors that were measured on rows that the equations had not seen. The p-value is conformal (Vovk,
/// Gammerman and Shafer, Algorithmic Learning in a Random World, 2005): of n errors, the share <c>(1 + count at least as extreme) /
/// (n + 1)</c>. Where the new error is like the measured ones, p is at most a with probability a, whatever their distribution. Beyond the
/// most extreme one, where this share would stay at <c>1 / (n + 1)</c>, it falls as the tail does (<see cref="ErrorTail"/>).
/// </summary>
internal sealed class ErrorLevels
{
    /// <summary>The most errors that are kept; of more, so many that are equally far apart in time.</summary>
    public const int Most = 1 << 16;

    /// <summary>Errors of a series that are seen before the first that counts, at most, and as a share of all.</summary>
    private const int MostBefore = 32, ShareBefore = 4;

    /// <summary>Errors that differ by less count as equal, in their unit: rounding is no news.</summary>
    public const double Tolerance = 1e-6;

    /// <param name="typical">The mean size of errors, in units of the running scale of their series.</param>
    /// <param name="sorted">Errors in ascending order, each in its unit (<see cref="ErrorUnit"/>); at least one.</param>
    public ErrorLevels(double typical, double[] sorted)
    {
        (Typical, Sorted) = (typical, sorted);
        Upper = new ErrorTail(sorted, Tolerance);
        Lower = new ErrorTail([.. sorted.Reverse().Select(error => -error)], Tolerance);
    }

    /// <summary>The mean size of errors, in units of the running scale of their series.</summary>
    public double Typical { get; }

    /// <summary>The errors in ascending order, each in its unit.</summary>
    public double[] Sorted { get; }

    /// <summary>The tail of errors that are large.</summary>
    public ErrorTail Upper { get; }

    /// <summary>The tail of errors that are small, with the opposite sign.</summary>
    public ErrorTail Lower { get; }

    /// <summary>The levels of the errors of a target, those of a series in order.</summary>
    public static ErrorLevels Of(IEnumerable<ForecastError> errors)
    {
        var series = errors.GroupBy(error => error.Series).Select(group => group.ToArray()).ToArray();
        double typical = series.SelectMany(own => own).Average(error => Math.Abs(error.Error));
        double[] all = [.. series.SelectMany(own => InUnits(own, typical))];
        int every = (all.Length + Most - 1) / Most;
        return new ErrorLevels(typical, [.. all.Where((_, i) => i % every == 0).Order()]);
    }

    private static double[] InUnits(ForecastError[] errors, double typical)
    {
        var units = new ErrorUnit(new double[ErrorUnit.Size]);
        double[] all = new double[errors.Length];
        for (int i = 0; i < all.Length; i++)
        {
            double error = errors[i].Error * errors[i].Scale, unit = units.Of(errors[i].Scale, typical);
            all[i] = error / unit;
            units.Add(error, unit);
        }
        return all[Math.Min(MostBefore, all.Length / ShareBefore)..];
    }

    /// <summary>The p-value of errors that are large.</summary>
    public double Above(double error)
    {
        int least = FirstFrom(error - Tolerance);
        return least < Sorted.Length ? Share(Sorted.Length - least) : Share(0) * Upper.ShareBeyond(error);
    }

    /// <summary>The p-value of errors that are small.</summary>
    public double Below(double error)
    {
        int count = FirstFrom(Math.BitIncrement(error + Tolerance));
        return count > 0 ? Share(count) : Share(0) * Lower.ShareBeyond(-error);
    }

    /// <summary>The p-value of errors that are unusual in either way: twice the smaller one.</summary>
    public double EitherWay(double error) => Math.Min(1, 2 * Math.Min(Above(error), Below(error)));

    private double Share(int count) => (count + 1.0) / (Sorted.Length + 1.0);

    // The place of the first error that is no smaller.
    private int FirstFrom(double least)
    {
        int low = 0, high = Sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Sorted[middle] < least ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
