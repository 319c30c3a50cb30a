namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A stream.</summary>
internal sealed class StreamGrain(
    [PersistentState("stream", StreamOptions.StorageName)] IPersistentState<StreamMemory> kept, StreamModels models, StreamOptions options)
    : SteppedGrain(kept, models, options), IStreamGrain
{
    protected override StreamRun Begin(StreamModel model) => model.Begin();
}
