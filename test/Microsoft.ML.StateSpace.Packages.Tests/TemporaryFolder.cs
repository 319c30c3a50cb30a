namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>A folder outside of the source tree, so that none of the tree's props files applies in it. It is deleted at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("state-space-packages-").FullName;

    /// <summary>A path inside of it. The folders above the last part exist afterwards.</summary>
    public string this[params string[] parts]
    {
        get
        {
            string path = System.IO.Path.Combine([Path, .. parts]);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Something still holds a file open; the system cleans its temporary folder itself.
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
