namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>One use of an operator.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Domain">The set of operators it is in; empty for ONNX's own.</param>
/// <param name="Name">A name for messages, unique in the model.</param>
/// <param name="Inputs">Names of its inputs; empty for an optional one that is left out.</param>
/// <param name="Outputs">Names of its outputs.</param>
/// <param name="Attributes">Its attributes.</param>
internal sealed record NodeProto(
    string Operator, string Domain, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyList<AttributeProto> Attributes)
{
    public ProtoMessage ToMessage()
    {
        var message = new ProtoMessage();
        foreach (string input in Inputs)
            message.Write(1, input);
        foreach (string output in Outputs)
            message.Write(2, output);
        message.Write(3, Name);
        message.Write(4, Operator);
        WriteAttributes(message);
        if (Domain.Length > 0)
            message.Write(7, Domain);
        return message;
    }

    /// <summary>A node that has these attributes, and nothing else.</summary>
    public ProtoMessage ToMessageOfAttributes()
    {
        var message = new ProtoMessage();
        WriteAttributes(message);
        return message;
    }

    private void WriteAttributes(ProtoMessage message)
    {
        foreach (var attribute in Attributes)
            message.Write(5, attribute.ToMessage());
    }
}
