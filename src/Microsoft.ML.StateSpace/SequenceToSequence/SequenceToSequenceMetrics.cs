namespace Microsoft.ML.StateSpace;

/// <summary>How far predicted sequences are from the true ones, over all time steps of all rows together.</summary>
public sealed class SequenceToSequenceMetrics
{
    internal SequenceToSequenceMetrics(IReadOnlyList<SequenceToSequenceChannelMetrics> channels) => Channels = channels;

    /// <summary>The metrics of each output.</summary>
    public IReadOnlyList<SequenceToSequenceChannelMetrics> Channels { get; }

    /// <summary>Root of the mean squared error, in the targets' unit; mean over the outputs.</summary>
    public double RootMeanSquaredError => Channels.Average(c => c.RootMeanSquaredError);

    /// <summary>That error divided by the standard deviation of the target; mean over the outputs.</summary>
    public double NormalizedRootMeanSquaredError => Channels.Average(c => c.NormalizedRootMeanSquaredError);

    /// <summary><c>100 (1 - NRMSE)</c>: 100 is perfect, 0 is no better than the mean; mean over the outputs.</summary>
    public double FitPercent => Channels.Average(c => c.FitPercent);

    /// <summary><c>1 - NRMSE^2</c>, the share of the variance that is explained; mean over the outputs.</summary>
    public double RSquared => Channels.Average(c => c.RSquared);

    /// <summary>Mean absolute error, in the targets' unit; mean over the outputs.</summary>
    public double MeanAbsoluteError => Channels.Average(c => c.MeanAbsoluteError);
}

/// <summary>The metrics of one output.</summary>
/// <param name="RootMeanSquaredError">Root of the mean squared error, in the target's unit.</param>
/// <param name="NormalizedRootMeanSquaredError">That error divided by the standard deviation of the target.</param>
/// <param name="MeanAbsoluteError">Mean absolute error, in the target's unit.</param>
public sealed record SequenceToSequenceChannelMetrics(
    double RootMeanSquaredError, double NormalizedRootMeanSquaredError, double MeanAbsoluteError)
{
    /// <summary><c>100 (1 - NRMSE)</c>.</summary>
    public double FitPercent => 100 * (1 - NormalizedRootMeanSquaredError);

    /// <summary><c>1 - NRMSE^2</c>.</summary>
    public double RSquared => 1 - NormalizedRootMeanSquaredError * NormalizedRootMeanSquaredError;
}
