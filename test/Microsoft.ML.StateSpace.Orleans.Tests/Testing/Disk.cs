using System.Collections.Concurrent;
using Orleans.Serialization;
using Orleans.Storage;

namespace Microsoft.ML.StateSpace.Grains.Tests.Testing;

/// <summary>A storage that outlives silos, as a database does: what is written is serialised.</summary>
internal sealed class Disk
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new();

    /// <summary>What there is.</summary>
    public IReadOnlyCollection<string> Files => [.. _files.Keys];

    /// <summary>How often something was written.</summary>
    public int Writes { get; private set; }

    /// <summary>Whether writing fails.</summary>
    public bool IsFull { get; set; }

    /// <summary>The storage as one silo sees it.</summary>
    public IGrainStorage Of(Serializer serializer) => new Storage(this, serializer);

    // As the exceptions of databases, it cannot be serialised.
    private sealed class DiskException(string message, object detail) : Exception(message)
    {
        public object Detail => detail;
    }

    private sealed class Storage(Disk disk, Serializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (disk._files.TryGetValue($"{grainId}", out byte[]? bytes))
                (grainState.State, grainState.RecordExists) = (serializer.Deserialize<T>(bytes), true);
            else
                (grainState.State, grainState.RecordExists) = (Activator.CreateInstance<T>(), false);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (disk.IsFull)
                throw new DiskException("The disk is full.", new object());
            disk._files[$"{grainId}"] = serializer.SerializeToArray(grainState.State);
            disk.Writes++;
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            disk._files.TryRemove($"{grainId}", out _);
            grainState.RecordExists = false;
            return Task.CompletedTask;
        }
    }
}
