namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Says which files of a kind there are; their bytes lie in pieces.</summary>
[Alias("StateSpace.IShelfGrain")]
internal interface IShelfGrain : IGrainWithStringKey
{
    [Alias("List")]
    ValueTask<ShelfFile[]> List();

    /// <summary>Makes a version of a file, whose pieces are written, the one that is read.</summary>
    /// <returns>Whether it is; not where another has written the file meanwhile.</returns>
    [Alias("Commit")]
    ValueTask<bool> Commit(ShelfFile file);

    [Alias("Remove")]
    ValueTask Remove(string name);
}
