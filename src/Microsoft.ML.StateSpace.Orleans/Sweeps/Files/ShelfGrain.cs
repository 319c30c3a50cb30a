namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Keeps the names of files.</summary>
internal sealed class ShelfGrain([PersistentState("shelf", SweepOptions.StorageName)] IPersistentState<ShelfMemory> kept)
    : Grain, IShelfGrain
{
    public ValueTask<ShelfFile[]> List() => new([.. kept.State.Files]);

    public async ValueTask<bool> Commit(ShelfFile file)
    {
        int known = kept.State.Files.FindIndex(other => other.Name == file.Name);
        int version = known < 0 ? 0 : kept.State.Files[known].Version;
        if (version == file.Version)
            return kept.State.Files[known] == file; // the call was made again
        if (version != file.Version - 1)
            return false;
        List<ShelfFile> files = [.. kept.State.Files.Where(other => other.Name != file.Name), file];
        await Keep(files);
        return true;
    }

    public ValueTask Remove(string name) => new(Keep([.. kept.State.Files.Where(file => file.Name != name)]));

    private async Task Keep(List<ShelfFile> files)
    {
        try
        {
            kept.State.Files = files;
            await (files.Count > 0 ? kept.WriteStateAsync() : kept.ClearStateAsync());
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}

/// <summary>What is kept of a shelf.</summary>
[GenerateSerializer, Alias("StateSpace.ShelfMemory")]
internal sealed class ShelfMemory
{
    [Id(0)]
    public List<ShelfFile> Files { get; set; } = [];
}
