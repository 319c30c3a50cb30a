namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The streams of an asset, which step together.</summary>
internal sealed class AssetGrain(
    [PersistentState("asset", StreamOptions.StorageName)] IPersistentState<StreamMemory> kept, StreamModels models, StreamOptions options)
    : SteppedGrain(kept, models, options), IAssetGrain
{
    protected override StreamRun Begin(StreamModel model) => model.BeginAsset();
}
