using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Trains the network that a forecaster is asked for, on behalf of its estimator.</summary>
internal static class ForecastNetworkFit
{
    /// <summary>Checks what the options say of a network.</summary>
    public static void Check(ForecastingOptions options)
    {
        var training = options.Training;
        ArgumentNullException.ThrowIfNull(training);
        training.Validate();
        if (options.Architecture is not { } architecture)
        {
            if (training.AsksForNetwork)
                throw new ArgumentException(
                    "Training has options that mean something to a network alone, but a forecaster without an Architecture has none. Name "
                    + "the options of a core as Architecture, or leave ForecastingOptions.Training as it is.");
            return;
        }
        architecture.Validate();
        if (options.TrainedHorizon < options.Horizon || options.IntervalColumnName is not null)
            throw new ArgumentException(
                "The network of a forecaster answers for all steps of the horizon, at rows equally far apart. Leave TrainedHorizon and "
                + "IntervalColumnName null, or leave ForecastingOptions.Architecture null.");
        if (architecture.Bidirectional == true)
            throw new ArgumentException(
                "The Architecture of a forecaster must not be Bidirectional: it would look at the rows that it forecasts. Leave "
                + "Bidirectional null.");
        if (training.Engine is not null)
            throw new ArgumentException(
                "The network of a forecaster is trained by the managed engine: other engines have no loss of intervals. Leave "
                + "TrainingOptions.Engine null.");
        if (training.InitialParameters is not null)
            throw new ArgumentException(
                "The network of a forecaster corrects a closed form that is fitted to the series, so it begins as nothing. Leave "
                + "TrainingOptions.InitialParameters null.");
        if (training.Loss != ValueLossKind.Squared || training.OutputWeights is not null || training.ValidationFraction > 0)
            throw new ArgumentException(
                "The network of a forecaster learns a median and bounds by the pinball loss, and its epoch is chosen by the ninth tenth of "
                + "each series. Leave Loss, OutputWeights and ValidationFraction of ForecastingOptions.Training as they are.");
    }

    /// <summary>The options, with what was chosen for the network that is kept, and without any where none is.</summary>
    public static ForecastingOptions Resolved(ForecastingOptions options, ForecastNetwork? network)
        => network is null ? NetworkPayload.Without(options) : options with
        {
            Architecture = (NetworkOptions)network.Model.Options.Architecture, Training = network.Model.Summary.Options,
        };

    /// <summary>Trains the network; <see langword="null"/> where rows that were held out said that it should not count.</summary>
    public static ForecastNetwork? Fit(
        IHostEnvironment environment, ForecastingOptions options, IReadOnlyList<float[]> series, ForecastModel model)
    {
        var host = environment.Register(nameof(ForecastingEstimator));
        using var channel = host.Start("Network");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation, options.Training.Cancellation);
        var given = options.Training with { Threads = options.Training.Threads ?? options.Threads, Cancellation = either.Token };
        var network = ForecastNetworkTraining.Fit(
            series, model, options.Architecture!, given, Math.Round((double)options.ConfidenceLevel, 6),
            (network, training, data, validation) => TrainingRun.Fit(host, network, training, _ => (data, validation)),
            line => channel.Warning(MessageSensitivity.None, line));
        options.Cancellation.ThrowIfCancellationRequested(); // what training had reached until then is not asked for
        channel.Info(
            MessageSensitivity.None,
            network is null ? "The last tenth of the series finds the closed form alone as good, so the network is not kept."
                : FormattableString.Invariant($"The network has a weight of {network.Weight:0.00} beside the closed form."));
        return network;
    }
}
