namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>
/// An ONNX model as a file holds it (onnx.ai, "Open Neural Network Exchange Intermediate Representation (ONNX IR) Specification"): one
/// graph, the sets of operators that it uses with their versions, and texts about it.
/// </summary>
/// <param name="Graph">The graph.</param>
/// <param name="OperatorSets">Version of each set of operators, by its domain; the empty one is ONNX's own.</param>
/// <param name="Metadata">Texts about the model, by name.</param>
internal sealed record ModelProto(
    GraphProto Graph, IReadOnlyDictionary<string, long> OperatorSets, IReadOnlyDictionary<string, string> Metadata)
{
    // The version of the format that came with operator set 17.
    private const long FormatVersion = 8;

    public string ProducerVersion { get; init; } = "";

    public string Description { get; init; } = "";

    public ReadOnlyMemory<byte> ToMemory()
    {
        var message = new ProtoMessage();
        message.Write(1, FormatVersion);
        message.Write(2, "Microsoft.ML.StateSpace");
        message.Write(3, ProducerVersion);
        message.Write(6, Description);
        message.Write(7, Graph.ToMessage());
        foreach (var (domain, version) in OperatorSets)
        {
            var set = new ProtoMessage();
            set.Write(1, domain);
            set.Write(2, version);
            message.Write(8, set);
        }
        foreach (var (name, value) in Metadata)
        {
            var entry = new ProtoMessage();
            entry.Write(1, name);
            entry.Write(2, value);
            message.Write(14, entry);
        }
        return message.ToMemory();
    }
}
