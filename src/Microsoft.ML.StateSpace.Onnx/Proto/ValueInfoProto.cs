namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">
/// Extents: whole numbers, or names of what is not known before, such as <c>batch</c>; <see langword="null"/> where the rank is open.
/// </param>
/// <param name="Description">What it means.</param>
internal sealed record ValueInfoProto(string Name, ElementType Type, IReadOnlyList<object>? Shape, string Description = "")
{
    public ProtoMessage ToMessage()
    {
        var tensor = new ProtoMessage();
        tensor.Write(1, (long)Type);
        if (Shape is not null)
        {
            var shape = new ProtoMessage();
            foreach (object extent in Shape)
            {
                var dimension = new ProtoMessage();
                if (extent is string name)
                    dimension.Write(2, name);
                else
                    dimension.Write(1, Convert.ToInt64(extent, System.Globalization.CultureInfo.InvariantCulture));
                shape.Write(1, dimension);
            }
            tensor.Write(2, shape);
        }
        var type = new ProtoMessage();
        type.Write(1, tensor);
        var message = new ProtoMessage();
        message.Write(1, Name);
        message.Write(2, type);
        if (Description.Length > 0)
            message.Write(3, Description);
        return message;
    }
}
