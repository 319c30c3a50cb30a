using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// The bytes of a table's step in a model file (<see cref="SealedBytes"/>): the options as JSON.
/// </summary>
internal static class TablePayload
{
    /// <summary>Names of columns take less than this.</summary>
    private const int Longest = 1 << 26;

    private static readonly SealedBytes Bytes = new("table step", version: 1, Longest);

    public static byte[] Write(TableOptions options)
        => Bytes.Write(Encoding.UTF8.GetBytes(
            ModelJson.Write(new Head(options as SequenceTableOptions, options as WindowOptions))));

    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public static TableOptions Read(Stream stream)
    {
        var json = Bytes.Read(stream);
        try
        {
            var head = ModelJson.Read<Head>(Encoding.UTF8.GetString(json));
            var options = (TableOptions?)head.Sequences ?? head.Windows ?? throw Bytes.Damaged("altered: it has no options");
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Bytes.Damaged($"altered: its options cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private sealed record Head(SequenceTableOptions? Sequences, WindowOptions? Windows);
}
