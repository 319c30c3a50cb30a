using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>
/// Writes the fields of one message in the wire format of protocol buffers. Events need four kinds of fields, so this is shorter than the
/// calls that a library would want, which asks for the size of each nested message first.
/// </summary>
internal sealed class ProtoWriter
{
    private const int Varint = 0, EightBytes = 1, Delimited = 2, FourBytes = 5;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>A field of one of the types int32, int64, bool, or of an enum.</summary>
    public ProtoWriter Integer(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
        return this;
    }

    public ProtoWriter Double(int field, double value)
    {
        Tag(field, EightBytes);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Tag(field, FourBytes);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    private ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Number((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    private void Tag(int field, int kind) => Number((ulong)(field << 3 | kind));

    // Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
    private void Number(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
            One((byte)(value | 0x80));
        One((byte)value);
    }

    private void One(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }
}
