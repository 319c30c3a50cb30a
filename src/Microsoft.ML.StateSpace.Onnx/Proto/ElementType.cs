namespace Microsoft.ML.StateSpace.Onnx.Proto;

/// <summary>Types of the elements of a tensor, with their numbers in ONNX's <c>TensorProto.DataType</c>.</summary>
internal enum ElementType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Double = 11,
    UInt32 = 12,
}
