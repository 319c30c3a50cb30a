using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>Types as the listings write them. Generic parameters are <c>!0</c> of a type and <c>!!0</c> of a method.</summary>
internal sealed class SignatureTypes : ISignatureTypeProvider<string, object?>
{
    public string GetPrimitiveType(PrimitiveTypeCode code) => code switch
    {
        PrimitiveTypeCode.Void => "void",
        PrimitiveTypeCode.Object => "object",
        PrimitiveTypeCode.String => "string",
        PrimitiveTypeCode.Boolean => "bool",
        PrimitiveTypeCode.Char => "char",
        PrimitiveTypeCode.Byte => "byte",
        PrimitiveTypeCode.SByte => "sbyte",
        PrimitiveTypeCode.Int16 => "short",
        PrimitiveTypeCode.UInt16 => "ushort",
        PrimitiveTypeCode.Int32 => "int",
        PrimitiveTypeCode.UInt32 => "uint",
        PrimitiveTypeCode.Int64 => "long",
        PrimitiveTypeCode.UInt64 => "ulong",
        PrimitiveTypeCode.Single => "float",
        PrimitiveTypeCode.Double => "double",
        _ => $"System.{code}",
    };

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        string name = Bare(reader.GetString(type.Name));
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}.{name}";
        string full = type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
        return full == "System.Decimal" ? "decimal" : full;
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        => Bare(reader.GetString(reader.GetTypeDefinition(handle).Name));

    public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind)
        => reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public string GetGenericInstantiation(string type, ImmutableArray<string> arguments)
        => type == "System.ValueTuple" ? $"({string.Join(", ", arguments)})" : $"{type}<{string.Join(", ", arguments)}>";

    public string GetArrayType(string element, ArrayShape shape) => $"{element}[{new string(',', shape.Rank - 1)}]";

    public string GetSZArrayType(string element) => $"{element}[]";

    public string GetByReferenceType(string element) => $"ref {element}";

    public string GetPointerType(string element) => $"{element}*";

    public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";

    public string GetGenericMethodParameter(object? context, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? context, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodified, bool isRequired) => unmodified;

    public string GetPinnedType(string element) => element;

    private static string Bare(string name) => name.Split('`')[0];
}
