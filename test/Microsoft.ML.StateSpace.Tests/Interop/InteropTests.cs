using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.StateSpace.Tests.Interop;

/// <summary>
/// The internals of ML.NET that the compiled library refers to: exactly those of <c>Interop/README.md</c>, and all of them there.
/// When this fails after an update of ML.NET, a member has changed: mend <c>Interop</c>, nothing else.
/// </summary>
public class InteropTests
{
    private static readonly string[] Expected =
    [
        "Microsoft.ML.Data.IDataTransform",
        "Microsoft.ML.Data.IInternalCatalog",
        "Microsoft.ML.Data.IInternalCatalog.get_Environment",
        "Microsoft.ML.LoadableClassAttribute",
        "Microsoft.ML.LoadableClassAttribute..ctor",
        "Microsoft.ML.Model.OnnxConverter.ICanSaveOnnx",
        "Microsoft.ML.Model.OnnxConverter.ICanSaveOnnx.CanSaveOnnx",
        "Microsoft.ML.Model.OnnxConverter.ISaveAsOnnx",
        "Microsoft.ML.Model.OnnxConverter.ISaveAsOnnx.SaveAsOnnx",
        "Microsoft.ML.Model.OnnxConverter.ITransformCanSaveOnnx",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.AddIntermediateVariable",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.CheckOpSetVersion",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.ContainsColumn",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.CreateNode",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.GetVariableName",
        "Microsoft.ML.Model.OnnxConverter.OnnxContext.IsVariableDefined",
        "Microsoft.ML.Model.OnnxConverter.OnnxNode",
        "Microsoft.ML.ModelLoadContext",
        "Microsoft.ML.ModelLoadContext.CheckAtModel",
        "Microsoft.ML.ModelLoadContext.TryLoadBinaryStream",
        "Microsoft.ML.ModelSaveContext.CheckAtModel",
        "Microsoft.ML.ModelSaveContext.SaveBinaryStream",
        "Microsoft.ML.ModelSaveContext.SetVersionInfo",
        "Microsoft.ML.Runtime.ICancelable",
        "Microsoft.ML.Runtime.ICancelable.get_IsCanceled",
        "Microsoft.ML.SchemaShape.Column..ctor",
        "Microsoft.ML.SchemaShape.Create",
        "Microsoft.ML.SignatureLoadModel",
        "Microsoft.ML.VersionInfo",
        "Microsoft.ML.VersionInfo..ctor",
    ];

    [Fact]
    public void Library_UsesExactlyTheInternalsThatItExplains()
    {
        var library = typeof(StateSpaceCatalog).Assembly;
        using var file = new PEReader(File.OpenRead(library.Location));
        var metadata = file.GetMetadataReader();
        var module = library.ManifestModule;

        // Resolving throws where a member is not there any more, with its name.
        var internals = metadata.TypeReferences.Select(handle => module.ResolveType(MetadataTokens.GetToken(handle)))
            .Where(type => !type.IsVisible)
            .Select(type => Name(type))
            .Concat(metadata.MemberReferences.Where(handle => metadata.GetMemberReference(handle).Parent.Kind == HandleKind.TypeReference)
                .Select(handle => module.ResolveMember(MetadataTokens.GetToken(handle))!)
                .Where(member => !IsVisible(member))
                .Select(member => $"{Name(member.DeclaringType!)}.{member.Name}"))
            .Where(name => name.StartsWith("Microsoft.ML.", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("Microsoft.ML.StateSpace.", StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.Ordinal);

        internals.Should().Equal(Expected);
    }

    private static bool IsVisible(MemberInfo member)
        => member.DeclaringType!.IsVisible && member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            _ => true,
        };

    private static string Name(Type type) => type.FullName!.Replace('+', '.');
}
