// Mirrors Microsoft.ML.VersionInfo (internal there too; assembly Microsoft.ML.Core).
namespace Microsoft.ML;

internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(
        string modelSignature,
        uint verWrittenCur,
        uint verReadableCur,
        uint verWeCanReadBack,
        string loaderAssemblyName,
        string loaderSignature = null,
        string loaderSignatureAlt = null)
    {
        if (modelSignature?.Length != 8 || modelSignature.Any(c => c > 0xFF))
            throw new InvalidOperationException("Model signature must be eight characters");
        if (loaderSignature is { Length: > 24 } || loaderSignatureAlt is { Length: > 24 })
            throw new InvalidOperationException("A loader signature has at most 24 characters.");
        ModelSignature = modelSignature.Reverse().Aggregate(0UL, (packed, c) => (packed << 8) | c);
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
