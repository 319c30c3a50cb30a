namespace Microsoft.ML.StateSpace;

/// <summary>
/// Says how far predicted sequences are from the true ones, over all time steps of all rows together. Targets that are missing (NaN) do not
/// count. A target that does not vary has no deviation by which an error could be divided: NRMSE, FIT and R squared are averaged over the
/// outputs whose target varies. Where none varies, an output whose answers are exact counts as perfect (FIT 100), and any other as no
/// better than the mean (FIT 0). So all metrics of finite answers are finite.
/// </summary>
public sealed class SequenceToSequenceMetrics
{
    internal SequenceToSequenceMetrics(IReadOnlyList<SequenceToSequenceChannelMetrics> channels) => Channels = channels;

    /// <summary>The metrics of each output.</summary>
    public IReadOnlyList<SequenceToSequenceChannelMetrics> Channels { get; }

    /// <summary>The root mean squared error, in the unit of the targets, averaged over the outputs.</summary>
    public double RootMeanSquaredError => Channels.Average(c => c.RootMeanSquaredError);

    /// <summary>The root mean squared error divided by the standard deviation of the target (NRMSE), averaged over the outputs.</summary>
    public double NormalizedRootMeanSquaredError => Varying.Average(c => c.NormalizedRootMeanSquaredError);

    /// <summary><c>100 (1 - NRMSE)</c>, averaged over the outputs. 100 is perfect, 0 is no better than predicting the mean.</summary>
    public double FitPercent => Varying.Average(c => c.FitPercent);

    /// <summary><c>1 - NRMSE^2</c>, the share of the variance that is explained, averaged over the outputs.</summary>
    public double RSquared => Varying.Average(c => c.RSquared);

    /// <summary>
    /// The variance accounted for (VAF) in percent, <c>100 (1 - var(error) / var(target))</c>, averaged over the outputs. A constant error
    /// does not count, so it exceeds <c>100 R^2</c> where the model is biased.
    /// </summary>
    public double VarianceAccountedFor => Varying.Average(c => c.VarianceAccountedFor);

    /// <summary>The mean absolute error, in the unit of the targets, averaged over the outputs.</summary>
    public double MeanAbsoluteError => Channels.Average(c => c.MeanAbsoluteError);

    private IEnumerable<SequenceToSequenceChannelMetrics> Varying
        => Channels.All(c => c.IsConstant) ? Channels : Channels.Where(c => !c.IsConstant);
}

/// <summary>The metrics of one output.</summary>
/// <param name="RootMeanSquaredError">The root mean squared error, in the unit of the target.</param>
/// <param name="NormalizedRootMeanSquaredError">
/// The root mean squared error divided by the standard deviation of the target (NRMSE). For a target that does not vary, 0 where the
/// answers are exact, else 1.
/// </param>
/// <param name="MeanAbsoluteError">The mean absolute error, in the unit of the target.</param>
public sealed record SequenceToSequenceChannelMetrics(
    double RootMeanSquaredError, double NormalizedRootMeanSquaredError, double MeanAbsoluteError)
{
    /// <summary>Whether the target does not vary, but for what rounding to single precision leaves.</summary>
    public bool IsConstant { get; init; }

    /// <summary>
    /// The variance accounted for (VAF) in percent, <c>100 (1 - var(error) / var(target))</c>. For a target that does not vary, 100 where
    /// the error does not either, else 0.
    /// </summary>
    public double VarianceAccountedFor { get; init; }

    /// <summary><c>100 (1 - NRMSE)</c>. 100 is perfect, 0 is no better than predicting the mean.</summary>
    public double FitPercent => 100 * (1 - NormalizedRootMeanSquaredError);

    /// <summary><c>1 - NRMSE^2</c>, the share of the variance that is explained.</summary>
    public double RSquared => 1 - NormalizedRootMeanSquaredError * NormalizedRootMeanSquaredError;
}
