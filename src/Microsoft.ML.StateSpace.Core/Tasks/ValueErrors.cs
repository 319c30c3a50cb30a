namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// The errors of one output over all rows, and the variance of its target, by Welford's recurrence. Targets that are not known (NaN) do not
/// count.
/// </summary>
internal struct ValueErrors
{
    // A target is constant where its deviation is at most so much of its magnitude: what rounding to float leaves.
    private const double Resolution = 1e-6;

    private double _mean;
    private double _squaredDeviation;
    private double _squaredError;
    private double _absoluteError;
    private double _meanError;
    private double _squaredErrorDeviation;
    private double _largest;

    public long Count { get; private set; }

    public readonly double RootMeanSquared => Math.Sqrt(_squaredError / Count);

    public readonly double MeanAbsolute => _absoluteError / Count;

    public void Add(double target, double output)
    {
        if (double.IsNaN(target))
            return;
        Count++;
        double deviation = target - _mean;
        _mean += deviation / Count;
        _squaredDeviation += deviation * (target - _mean);
        double error = target - output, surplus = error - _meanError;
        _meanError += surplus / Count;
        _squaredErrorDeviation += surplus * (error - _meanError);
        _squaredError += (target - output) * (target - output);
        _absoluteError += Math.Abs(target - output);
        _largest = Math.Max(_largest, Math.Abs(target));
    }

    /// <summary>Whether the target does not vary but for rounding, so that an error has no variance to be compared with.</summary>
    /// <param name="unit">What counts as a magnitude of the target even where it is smaller.</param>
    public readonly bool IsConstant(double unit = 0)
        => Count == 0 || Math.Sqrt(_squaredDeviation / Count) <= Resolution * Math.Max(unit, _largest);

    /// <summary>
    /// The error divided by the deviation of the target; where the target is constant, 0 for an answer that is the target but for rounding,
    /// and 1 for any other.
    /// </summary>
    public readonly double Normalized(double unit = 0)
    {
        if (!IsConstant(unit))
            return Math.Sqrt(_squaredError / _squaredDeviation);
        return RootMeanSquared <= Resolution * Math.Max(unit, _largest) ? 0 : 1;
    }

    /// <summary>
    /// The variance of the error as a share of that of the target, where a constant error counts nothing; where the target is constant, 0
    /// for an error that is constant but for rounding, and 1 for any other.
    /// </summary>
    public readonly double NormalizedVariance(double unit = 0)
    {
        if (!IsConstant(unit))
            return _squaredErrorDeviation / _squaredDeviation;
        return Math.Sqrt(_squaredErrorDeviation / Count) <= Resolution * Math.Max(unit, _largest) ? 0 : 1;
    }
}
