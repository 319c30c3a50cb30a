namespace Microsoft.ML.StateSpace.Testing;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, found upwards from the test's own.</summary>
    public static string Root { get; } = Above("Microsoft.ML.StateSpace.sln")
        ?? throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds Microsoft.ML.StateSpace.sln: "
            + "run the tests from their output folder inside the tree.");

    /// <summary>A file or folder of the tree.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>
    /// The nearest folder, from the test's own upwards, in which <paramref name="entry"/> exists; <see langword="null"/> where none has it.
    /// </summary>
    public static string? Above(string entry)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Exists(System.IO.Path.Combine(folder.FullName, entry)))
                return folder.FullName;
        return null;
    }
}
