namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The unit of a target's errors, which runs along with its series: the mean size of the errors up to now, which forgets, so that calm and
/// restless times are measured alike. Before there are errors, the size that a typical series has, in its running scale, stands in.
/// </summary>
/// <param name="values">What is remembered of a target, (<see cref="Size"/>); zero at the start of a series.</param>
internal readonly ref struct ErrorUnit(Span<double> values)
{
    /// <summary>Values that are remembered.</summary>
    public const int Size = 2;

    /// <summary>Errors after which the unit forgets.</summary>
    public const double Memory = 64;

    /// <summary>The typical size counts as so many errors.</summary>
    public const double PriorErrors = 2;

    /// <summary>An error counts for the unit as at most so many units, so that a spike does not widen what is usual.</summary>
    public const double MostUnits = 4;

    /// <summary>The least unit, in the running scale of the series: what is smaller is rounding.</summary>
    public const double LeastUnit = 1e-6;

    private readonly Span<double> _values = values;

    /// <summary>The unit of the next error.</summary>
    /// <param name="scale">The running scale of the series.</param>
    /// <param name="typical">The mean size of errors in such scales.</param>
    public double Of(double scale, double typical)
    {
        double errors = Math.Min(_values[1], Memory);
        return Math.Max(LeastUnit * scale, (PriorErrors * typical * scale + errors * _values[0]) / (PriorErrors + errors));
    }

    /// <summary>Takes in an error.</summary>
    /// <param name="error">Value less forecast.</param>
    /// <param name="unit">Its unit.</param>
    public void Add(double error, double unit)
    {
        _values[1]++;
        _values[0] += (Math.Min(Math.Abs(error), MostUnits * unit) - _values[0]) / Math.Min(_values[1], Memory);
    }
}
