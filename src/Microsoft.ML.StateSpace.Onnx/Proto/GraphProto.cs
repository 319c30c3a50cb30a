namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>A graph: nodes in an order in which each finds its inputs, constants, inputs and outputs.</summary>
/// <param name="Name">Its name.</param>
internal sealed record GraphProto(string Name)
{
    public List<NodeProto> Nodes { get; } = [];

    public List<TensorProto> Initializers { get; } = [];

    public List<ValueInfoProto> Inputs { get; } = [];

    public List<ValueInfoProto> Outputs { get; } = [];

    public ProtoMessage ToMessage()
    {
        var message = new ProtoMessage();
        foreach (var node in Nodes)
            message.Write(1, node.ToMessage());
        message.Write(2, Name);
        foreach (var tensor in Initializers)
            message.Write(5, tensor.ToMessage());
        foreach (var input in Inputs)
            message.Write(11, input.ToMessage());
        foreach (var output in Outputs)
            message.Write(12, output.ToMessage());
        return message;
    }
}
