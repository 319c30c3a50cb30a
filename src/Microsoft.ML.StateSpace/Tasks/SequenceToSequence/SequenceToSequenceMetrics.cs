namespace Microsoft.ML.StateSpace;

/// <summary>Says how far predicted sequences are from the true ones, over all time steps of all rows together.</summary>
public sealed class SequenceToSequenceMetrics
{
    internal SequenceToSequenceMetrics(IReadOnlyList<SequenceToSequenceChannelMetrics> channels) => Channels = channels;

    /// <summary>The metrics of each output.</summary>
    public IReadOnlyList<SequenceToSequenceChannelMetrics> Channels { get; }

    /// <summary>The root mean squared error, in the unit of the targets, averaged over the outputs.</summary>
    public double RootMeanSquaredError => Channels.Average(c => c.RootMeanSquaredError);

    /// <summary>The root mean squared error divided by the standard deviation of the target (NRMSE), averaged over the outputs.</summary>
    public double NormalizedRootMeanSquaredError => Channels.Average(c => c.NormalizedRootMeanSquaredError);

    /// <summary><c>100 (1 - NRMSE)</c>, averaged over the outputs. 100 is perfect, 0 is no better than predicting the mean.</summary>
    public double FitPercent => Channels.Average(c => c.FitPercent);

    /// <summary><c>1 - NRMSE^2</c>, the share of the variance that is explained, averaged over the outputs.</summary>
    public double RSquared => Channels.Average(c => c.RSquared);

    /// <summary>The mean absolute error, in the unit of the targets, averaged over the outputs.</summary>
    public double MeanAbsoluteError => Channels.Average(c => c.MeanAbsoluteError);
}

/// <summary>The metrics of one output.</summary>
/// <param name="RootMeanSquaredError">The root mean squared error, in the unit of the target.</param>
/// <param name="NormalizedRootMeanSquaredError">
/// The root mean squared error divided by the standard deviation of the target (NRMSE).
/// </param>
/// <param name="MeanAbsoluteError">The mean absolute error, in the unit of the target.</param>
public sealed record SequenceToSequenceChannelMetrics(
    double RootMeanSquaredError, double NormalizedRootMeanSquaredError, double MeanAbsoluteError)
{
    /// <summary><c>100 (1 - NRMSE)</c>. 100 is perfect, 0 is no better than predicting the mean.</summary>
    public double FitPercent => 100 * (1 - NormalizedRootMeanSquaredError);

    /// <summary><c>1 - NRMSE^2</c>, the share of the variance that is explained.</summary>
    public double RSquared => 1 - NormalizedRootMeanSquaredError * NormalizedRootMeanSquaredError;
}
