// Stands for Microsoft.ML.Repository (internal there too): the named entries of a model file. The zip layout is our own.
using System.IO.Compression;

namespace Microsoft.ML;

internal sealed class Repository
{
    private readonly Dictionary<string, byte[]> _entries = [];

    internal static Repository Read(Stream stream)
    {
        var repository = new Repository();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            repository._entries[entry.FullName] = buffer.ToArray();
        }
        return repository;
    }

    internal void Write(Stream stream)
    {
        // A zip archive asks its stream for the position; not every stream that can be written has one.
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in _entries)
            {
                using var content = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                content.Write(bytes);
            }
        }
        buffer.Position = 0;
        buffer.CopyTo(stream);
    }

    internal void Add(string directory, string name, Action<Stream> write)
    {
        string path = Combine(directory, name);
        if (_entries.ContainsKey(path))
            throw new InvalidOperationException($"The model already has an entry '{path}'.");
        using var buffer = new MemoryStream();
        write(buffer);
        _entries[path] = buffer.ToArray();
    }

    internal Stream OpenOrNull(string directory, string name) =>
        _entries.TryGetValue(Combine(directory, name), out byte[] bytes) ? new MemoryStream(bytes, writable: false) : null;

    internal static string Combine(string directory, string name) => string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}";
}
