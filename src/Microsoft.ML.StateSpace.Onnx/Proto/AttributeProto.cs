using System.Text;

namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>An attribute of a node: a whole number, a real one, a text, some whole numbers, a tensor, or a graph.</summary>
/// <param name="Name">Its name, as the operator defines it.</param>
/// <param name="Value">
/// A <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, array of <see cref="long"/>, <see cref="TensorProto"/> or
/// <see cref="GraphProto"/>.
/// </param>
internal sealed record AttributeProto(string Name, object Value)
{
    public ProtoMessage ToMessage()
    {
        var message = new ProtoMessage();
        message.Write(1, Name);
        switch (Value)
        {
            case float real:
                message.Write(2, real);
                message.Write(20, 1);
                break;
            case long whole:
                message.Write(3, whole);
                message.Write(20, 2);
                break;
            case string text:
                message.Write(4, Encoding.UTF8.GetBytes(text).AsMemory());
                message.Write(20, 3);
                break;
            case TensorProto tensor:
                message.Write(5, tensor.ToMessage());
                message.Write(20, 4);
                break;
            case GraphProto graph:
                message.Write(6, graph.ToMessage());
                message.Write(20, 5);
                break;
            case long[] wholes:
                foreach (long whole in wholes)
                    message.Write(8, whole);
                message.Write(20, 7);
                break;
            default:
                throw new NotSupportedException($"An attribute cannot be a {Value.GetType().Name}.");
        }
        return message;
    }
}
