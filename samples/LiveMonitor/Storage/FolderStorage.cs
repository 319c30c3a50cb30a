using Orleans.Serialization;
using Orleans.Storage;

namespace LiveMonitor.Storage;

/// <summary>Keeps the states of grains in a folder, a file a grain. It serves one silo; a cluster has a database in its place.</summary>
internal sealed class FolderStorage(string folder, Serializer serializer) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string path = FileOf(grainId);
        if (File.Exists(path))
            (grainState.State, grainState.RecordExists) = (serializer.Deserialize<T>(File.ReadAllBytes(path)), true);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] bytes = serializer.SerializeToArray(grainState.State);
        Directory.CreateDirectory(folder);
        WholeFile.Write(FileOf(grainId), path => File.WriteAllBytes(path, bytes));
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        File.Delete(FileOf(grainId));
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    // The name of a grain may have characters that the name of a file must not.
    private string FileOf(GrainId grainId) => Path.Combine(folder, Uri.EscapeDataString($"{grainId}"));
}
