using System.Globalization;
using System.Security.Cryptography;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// Files of a sweep in the storage of the cluster: the checkpoints of a configuration, or the models. A file is written whole or not at
/// all: its pieces first, in the place that the version before does not use, and then its name.
/// </summary>
internal sealed class SweepShelf(IGrainFactory grains, string sweep, string shelf)
{
    public const int PieceLength = 1 << 21;

    private readonly string _key = $"{sweep}{SweepNames.Separator}{shelf}";

    private IShelfGrain Names => grains.GetGrain<IShelfGrain>(_key);

    /// <summary>The checkpoints of a configuration.</summary>
    public static SweepShelf OfCheckpoints(IGrainFactory grains, string sweep, int configuration)
        => new(grains, sweep, configuration.ToString(CultureInfo.InvariantCulture));

    /// <summary>The models.</summary>
    public static SweepShelf OfModels(IGrainFactory grains, string sweep) => new(grains, sweep, "models");

    public async Task<ShelfFile[]> List() => await Names.List();

    /// <summary>The bytes of a file; <see langword="null"/> where they are not whole.</summary>
    public async Task<byte[]?> Read(ShelfFile file)
    {
        using var bytes = new MemoryStream(file.Length);
        for (int piece = 0; piece * PieceLength < file.Length; piece++)
            bytes.Write((await Piece(file.Name, file.Version, piece).Read()).Value);
        byte[] whole = bytes.ToArray();
        return HashOf(whole) == file.Hash ? whole : null;
    }

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="before">The version that the writer knows; <see langword="null"/> where there is none.</param>
    /// <returns>The new version; <see langword="null"/> where another has written the file meanwhile.</returns>
    public async Task<ShelfFile?> Write(string name, byte[] bytes, ShelfFile? before)
    {
        int pieces = (bytes.Length + PieceLength - 1) / PieceLength;
        var file = new ShelfFile(name, bytes.Length, (before?.Version ?? 0) + 1, Math.Max(pieces, before?.Pieces ?? 0), HashOf(bytes));
        for (int piece = 0; piece < pieces; piece++)
        {
            byte[] part = bytes[(piece * PieceLength)..Math.Min(bytes.Length, (piece + 1) * PieceLength)];
            await Piece(name, file.Version, piece).Write(new(part));
        }
        return await Names.Commit(file) ? file : null;
    }

    public async Task Delete(ShelfFile file)
    {
        await Names.Remove(file.Name);
        for (int piece = 0; piece < file.Pieces; piece++)
        {
            await Piece(file.Name, 0, piece).Clear();
            await Piece(file.Name, 1, piece).Clear();
        }
    }

    public async Task DeleteAll()
    {
        foreach (var file in await List())
            await Delete(file);
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private IPieceGrain Piece(string name, int version, int piece)
        => grains.GetGrain<IPieceGrain>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_key}{SweepNames.Separator}{name}{SweepNames.Separator}{version % 2}{SweepNames.Separator}{piece}"));
}
