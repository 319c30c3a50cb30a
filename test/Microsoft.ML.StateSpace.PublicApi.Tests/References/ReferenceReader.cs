using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>Reads what a compiled assembly asks of others.</summary>
internal sealed class ReferenceReader(MetadataReader metadata)
{
    private readonly SignatureTypes _types = new();

    /// <summary>All references of an assembly to those with one of the names.</summary>
    public static List<Reference> Read(string path, params string[] assemblies)
    {
        using var image = new PEReader(File.OpenRead(path));
        var reader = new ReferenceReader(image.GetMetadataReader());
        return [.. reader.Types().Concat(reader.Members()).Where(reference => assemblies.Contains(reference.Assembly)).Distinct()];
    }

    private IEnumerable<Reference> Types()
        => metadata.TypeReferences.Select(handle => new Reference(AssemblyOf(handle), KeyOf(handle), null));

    private IEnumerable<Reference> Members()
    {
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (TypeOf(member.Parent) is { IsNil: false } type)
                yield return new(AssemblyOf(type), KeyOf(type), SignatureOf(member));
        }
    }

    private string SignatureOf(MemberReference member)
    {
        string name = metadata.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"{member.DecodeFieldSignature(_types, null)} {name}";
        var signature = member.DecodeMethodSignature(_types, null);
        string arity = signature.GenericParameterCount > 0 ? $"`{signature.GenericParameterCount}" : "";
        string modifier = signature.Header.IsInstance ? "" : "static ";
        return $"{modifier}{signature.ReturnType} {name}{arity}({string.Join(", ", signature.ParameterTypes)})";
    }

    // The type that a member belongs to; nil where it is of this very assembly, or an array.
    private TypeReferenceHandle TypeOf(EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
            return (TypeReferenceHandle)parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return default;
        var blob = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default;
        blob.ReadByte(); // class or value type
        return blob.ReadTypeHandle() is { Kind: HandleKind.TypeReference } definition ? (TypeReferenceHandle)definition : default;
    }

    private string KeyOf(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{KeyOf((TypeReferenceHandle)type.ResolutionScope)}.{name}";
        return type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private string AssemblyOf(TypeReferenceHandle handle)
    {
        var scope = metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => AssemblyOf((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => "",
        };
    }
}
