namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A file in the storage of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">How often it was written; odd and even versions lie in places of their own.</param>
/// <param name="Pieces">The most pieces that a version of it had.</param>
/// <param name="Hash">The SHA-256 of the bytes: two writers of one version may have mixed its pieces up.</param>
[GenerateSerializer, Immutable, Alias("StateSpace.ShelfFile")]
internal sealed record ShelfFile(
    [property: Id(0)] string Name, [property: Id(1)] int Length, [property: Id(2)] int Version, [property: Id(3)] int Pieces,
    [property: Id(4)] string Hash);
