namespace Microsoft.ML.StateSpace.Testing;

/// <summary>
/// The real data sets that are too large for the repository: one folder a set, under the folder that the environment variable
/// STATESPACE_DATA names, or else under <c>shared/data</c> beside the repository.
/// </summary>
internal static class SharedData
{
    private const string Variable = "STATESPACE_DATA";
    private static readonly string Sibling = System.IO.Path.Combine("shared", "data");

    private static readonly string? Root = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named
        : Repository.Above(Sibling) is string above ? System.IO.Path.Combine(above, Sibling) : null;

    /// <summary>A file of a set, such as <c>Path("gunpoint", "GunPoint_TRAIN.ts")</c>.</summary>
    public static string Path(string set, string file)
        => System.IO.Path.Combine(Root ?? throw new DirectoryNotFoundException(WhyMissing([set])), set, file);

    /// <summary>Why tests of these sets cannot run; <see langword="null"/> where they can.</summary>
    public static string? WhyMissing(IEnumerable<string> sets)
    {
        string[] missing = [.. sets.Where(set => Root is null || !Directory.Exists(System.IO.Path.Combine(Root, set)))];
        return missing.Length == 0 ? null
            : $"needs the data set{(missing.Length > 1 ? "s" : "")} {string.Join(", ", missing)}: "
                + $"let {Variable} name a folder that holds {(missing.Length > 1 ? "them" : "it")}";
    }
}
