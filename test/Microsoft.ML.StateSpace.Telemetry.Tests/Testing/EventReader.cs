namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>
/// Reads event files as their format is described, and with nothing of what writes them: the framing of TFRecord, whose checksums are
/// computed here bit by bit from the polynomial of Castagnoli, and the published messages of TensorBoard.
/// </summary>
internal static class EventReader
{
    // The polynomial 0x1EDC6F41 with its bits in reverse, as the remainder is computed from the lowest bit on.
    private const uint Polynomial = 0x82F63B78;

    /// <summary>All events of a file that is whole, or that another process is still writing.</summary>
    public static IEnumerable<Event> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
        {
            byte[] length = reader.ReadBytes(8);
            reader.ReadUInt32().Should().Be(Masked(Checksum(length)), "the length of a record has this checksum");
            byte[] data = reader.ReadBytes(checked((int)BitConverter.ToUInt64(length)));
            reader.ReadUInt32().Should().Be(Masked(Checksum(data)), "a record has this checksum");
            yield return Parse(WireMessage.Read(data));
        }
    }

    /// <summary>CRC-32C.</summary>
    public static uint Checksum(byte[] data)
    {
        uint remainder = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            remainder ^= value;
            for (int bit = 0; bit < 8; bit++)
                remainder = remainder % 2 == 1 ? remainder / 2 ^ Polynomial : remainder / 2;
        }
        return ~remainder;
    }

    private static uint Masked(uint checksum) => unchecked(((checksum >> 15) | (checksum << 17)) + 0xA282EAD8u);

    private static Event Parse(WireMessage message)
        => new(
            message.Double(1), message.Integer(2), message.Text(3),
            message.Message(5) is { } summary ? [.. summary.Messages(1).Select(Value)] : []);

    private static EventValue Value(WireMessage value)
    {
        var metadata = value.Message(9);
        var plugin = metadata?.Message(1);
        var tensor = value.Message(8);
        return new(
            value.Text(1)!, value.Has(2) ? value.All<float>(2).Single() : null, plugin?.Text(1), plugin?.Message(2),
            metadata?.Integer(4) ?? 0, tensor?.Text(8));
    }
}
