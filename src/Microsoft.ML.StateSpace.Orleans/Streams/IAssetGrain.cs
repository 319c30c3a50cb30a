namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// Some streams of one model that step together, for instance the sensors of a machine: one call takes an input of each and gives an answer
/// of each, so that a call, which costs more than a step, is paid once, and the steps are those of a <see cref="StreamingBatch"/>. Get it
/// with <see cref="StreamGrainExtensions.GetAsset"/>. All of its streams are kept together, as <see cref="IStreamGrain"/> keeps one.
/// </summary>
/// <remarks>
/// The first step says how many streams there are: as many as it has rows. Every later one has the same number, until <see cref="Reset"/>.
/// Streams that do not step together are streams of their own, <see cref="IStreamGrain"/>.
/// </remarks>
[Alias("StateSpace.IAssetGrain")]
public interface IAssetGrain : IGrainWithStringKey
{
    /// <summary>Makes one time step of every stream.</summary>
    /// <param name="step">
    /// The values, (streams, values of a step), one stream behind the other, with one interval and one number for all of them.
    /// </param>
    /// <returns>The answers, (streams, outputs); of a forecaster none.</returns>
    /// <exception cref="ArgumentException">
    /// The step is no whole number of streams, or another than before, or has the number of a step that was made before the last one.
    /// </exception>
    /// <exception cref="InvalidOperationException">No model of that name is on the silo, or it takes no such step.</exception>
    [Alias("Step")]
    ValueTask<StreamAnswer> Step(StreamStep step);

    /// <summary>
    /// Makes some time steps of every stream, one after the other, in one call. Where one of them is refused, those before it are made, and
    /// the message says how many.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Step"/>.</exception>
    /// <exception cref="InvalidOperationException">As <see cref="Step"/>.</exception>
    [Alias("StepMany")]
    ValueTask<StreamAnswer[]> StepMany(StreamStep[] steps);

    /// <summary>Forecasts the rows behind the last one of every series, where the model is a forecaster.</summary>
    /// <param name="knownAhead">
    /// The covariates known ahead, (streams, rows, values), as many rows for each; empty where there are none.
    /// </param>
    /// <returns>Forecasts and bounds, (streams, horizon, targets).</returns>
    /// <exception cref="InvalidOperationException">The model is no forecaster, or there has been no step.</exception>
    [Alias("GetForecast")]
    ValueTask<StreamForecast> GetForecast(float[] knownAhead);

    /// <summary>The number of steps that each stream has made, and how many of them are kept.</summary>
    [Alias("GetStatus")]
    ValueTask<StreamStatus> GetStatus();

    /// <summary>Forgets the streams, what is kept of them too. The next step says anew how many there are.</summary>
    [Alias("Reset")]
    ValueTask Reset();
}
