namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>A constant tensor, row-major, its values as little-endian bytes.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Extents; none for a scalar.</param>
/// <param name="Bytes">The values.</param>
internal sealed record TensorProto(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Bytes)
{
    public ProtoMessage ToMessage()
    {
        var message = new ProtoMessage();
        message.Write(1, Shape);
        message.Write(2, (long)Type);
        message.Write(8, Name);
        message.Write(9, Bytes.AsMemory());
        return message;
    }
}
