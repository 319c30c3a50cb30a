using Google.Protobuf;

namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>Writes one message in the wire format of Protocol Buffers: fields by their numbers, messages within messages.</summary>
internal sealed class ProtoMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public ProtoMessage() => _output = new CodedOutputStream(_bytes, leaveOpen: true);

    public void Write(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
    }

    public void Write(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
    }

    public void Write(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
    }

    public void Write(int field, ReadOnlyMemory<byte> bytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }

    /// <summary>Whole numbers as one packed field.</summary>
    public void Write(int field, IReadOnlyCollection<long> values)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteLength(values.Sum(CodedOutputStream.ComputeInt64Size));
        foreach (long value in values)
            _output.WriteInt64(value);
    }

    public void Write(int field, ProtoMessage message) => Write(field, message.ToMemory());

    public ReadOnlyMemory<byte> ToMemory()
    {
        _output.Flush();
        return _bytes.GetBuffer().AsMemory(0, checked((int)_bytes.Length));
    }
}
