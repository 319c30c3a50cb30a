namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Writes a file whole or not at all. What is new is written beside the old file, under a name that no other writer has, goes to the disk,
/// and then takes the old one's place. Where a write fails, as on a full disk, the old file stays and nothing else does.
/// </summary>
internal static class AtomicFile
{
    private const string Ending = ".next";

    /// <param name="path">The file. Its folder is made where there is none.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string full = MakeFolder(path), next = Next(full);
        try
        {
            // The file stays open until it has its name: as long as it is open, RemoveLeftovers knows that it is no leftover.
            using var stream = new FileStream(next, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(next, full, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Throws what <see cref="Write"/> would throw where the file could not be written at all.</summary>
    /// <exception cref="IOException">The folder cannot be made, or the path is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Files may not be made there.</exception>
    public static void RequireWritable(string path)
    {
        string full = MakeFolder(path);
        if (Directory.Exists(full))
            throw new IOException($"'{full}' is a folder, not a file.");
        string next = Next(full);
        File.Create(next).Dispose();
        File.Delete(next);
    }

    /// <summary>Deletes what writers of this file left that were killed while they wrote.</summary>
    public static void RemoveLeftovers(string path)
    {
        string full = Path.GetFullPath(path);
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(full)!))
        {
            if (!file.StartsWith(full + ".", StringComparison.Ordinal) || !file.EndsWith(Ending, StringComparison.Ordinal))
                continue;
            try
            {
                // Nobody else has it open, if it can be opened for this process alone.
                using (File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another writer is at work on it.
            }
        }
    }

    private static string MakeFolder(string path)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? throw new IOException($"'{path}' is a folder, not a file."));
        return full;
    }

    private static string Next(string full) => $"{full}.{Guid.NewGuid():N}{Ending}";
}
