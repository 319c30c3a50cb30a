namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// One stream of a model, anywhere in a cluster: one time step goes in, one answer comes out, as from a <see cref="StreamingEngine"/> or a
/// <see cref="ForecastEngine"/> in one's own process. Get it with <see cref="StreamGrainExtensions.GetStream"/>. The stream's state is kept
/// by the storage of the cluster every few steps (<see cref="StreamOptions"/>), so that the stream goes on when its silo ends.
/// </summary>
[Alias("StateSpace.IStreamGrain")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>Makes one time step.</summary>
    /// <exception cref="ArgumentException">
    /// The step has the wrong number of values, or the number of a step that was made before the last one.
    /// </exception>
    /// <exception cref="InvalidOperationException">No model of that name is on the silo, or it takes no such step.</exception>
    [Alias("Step")]
    ValueTask<StreamAnswer> Step(StreamStep step);

    /// <summary>
    /// Makes some time steps, one after the other, in one call: the cost of a call is many times that of a step. Where one of them is
    /// refused, those before it are made, and the message says how many.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Step"/>.</exception>
    /// <exception cref="InvalidOperationException">As <see cref="Step"/>.</exception>
    [Alias("StepMany")]
    ValueTask<StreamAnswer[]> StepMany(StreamStep[] steps);

    /// <summary>Forecasts the rows behind the last one, where the model is a forecaster.</summary>
    /// <param name="knownAhead">The covariates known ahead, (rows, values); empty where there are none.</param>
    /// <exception cref="InvalidOperationException">The model is no forecaster.</exception>
    [Alias("GetForecast")]
    ValueTask<StreamForecast> GetForecast(float[] knownAhead);

    /// <summary>The number of steps that the stream has made, and how many of them are kept.</summary>
    [Alias("GetStatus")]
    ValueTask<StreamStatus> GetStatus();

    /// <summary>Forgets the stream, what is kept of it too. The next step is the first of a new one.</summary>
    [Alias("Reset")]
    ValueTask Reset();
}
