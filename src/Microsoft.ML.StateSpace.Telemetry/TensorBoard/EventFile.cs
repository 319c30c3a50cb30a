using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>
/// A file of events, as TensorBoard reads it while it grows: records of TFRecord, that is length (8 bytes), masked checksum of the length
/// (4), the event, masked checksum of the event (4). The first event names the version of the format.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int LengthBytes = 8, ChecksumBytes = 4;

    // The place of the machine's name, which is nobody's business: files are copied and published.
    private const string Source = "state-space";

    private readonly FileStream _stream;
    private readonly TimeProvider _time;

    /// <param name="folder">The folder of the run.</param>
    /// <param name="time">The clock of names and events.</param>
    public EventFile(string folder, TimeProvider time)
    {
        _time = time;
        _stream = Create(folder, time.GetUtcNow().ToUnixTimeSeconds());
        Append(new ProtoWriter().Double(EventFields.WallTime, Seconds).Text(EventFields.FileVersion, "brain.Event:2"));
    }

    /// <summary>Seconds since 1970 in UTC, now.</summary>
    public double Seconds => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Appends an event. When this returns, another process can read it.</summary>
    /// <param name="step">Where the values stand on the axis of a chart: the epoch.</param>
    /// <param name="values">What <see cref="EventValues"/> makes.</param>
    public void Write(long step, params IEnumerable<ProtoWriter> values)
    {
        var summary = new ProtoWriter();
        foreach (var value in values)
            summary.Message(EventFields.SummaryValue, value);
        Append(
            new ProtoWriter().Double(EventFields.WallTime, Seconds).Integer(EventFields.Step, step)
                .Message(EventFields.Summary, summary));
    }

    public void Dispose() => _stream.Dispose();

    // Names are ordered as the files were made, because TensorBoard reads those of a folder one after the other.
    private static FileStream Create(string folder, long seconds)
    {
        for (int number = 0; ; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{Source}.{number:D3}");
            string path = Path.Combine(folder, name);
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another file of the same second; the next number is free.
            }
        }
    }

    // One write a record: who reads while training runs meets whole records, but for the last where the disk is full.
    private void Append(ProtoWriter message)
    {
        var data = message.Written;
        byte[] record = new byte[LengthBytes + ChecksumBytes + data.Length + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        WriteChecksum(record.AsSpan(LengthBytes), record.AsSpan(0, LengthBytes));
        data.CopyTo(record.AsSpan(LengthBytes + ChecksumBytes));
        WriteChecksum(record.AsSpan(record.Length - ChecksumBytes), data);
        _stream.Write(record);
        _stream.Flush();
    }

    // CRC-32C, rotated and shifted by a constant, so that checksums of data that hold checksums stay independent.
    private static void WriteChecksum(Span<byte> place, ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        BinaryPrimitives.WriteUInt32LittleEndian(place, BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }
}
