namespace Build;

/// <summary>Where things are.</summary>
internal static class Tree
{
    private static readonly string Root = FindRoot();

    public static string Solution { get; } = Path("Microsoft.ML.StateSpace.sln");

    /// <summary>Arguments of <c>dotnet build</c> for a quiet release build.</summary>
    public static string[] Release { get; } =
        ["--configuration", "Release", "--nologo", "--verbosity", "quiet", "-tl:off", "-consoleLoggerParameters:NoSummary"];

    public static string Path(params string[] parts) => System.IO.Path.GetFullPath(System.IO.Path.Combine([Root, .. parts]));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Microsoft.ML.StateSpace.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The driver must run inside the source tree.");
    }
}
