// Stands for Microsoft.ML.ModelHeader (internal there too): who wrote a model, and who may read it.
namespace Microsoft.ML;

internal sealed record ModelHeader(ulong Signature, uint Written, uint Readable, string LoaderSignature, string LoaderAssemblyName)
{
    internal const string EntryName = "Model.key";
    private const ulong Magic = 0x4C454E494C46464F; // "OFFLINEL"

    internal static ModelHeader From(VersionInfo version) =>
        new(version.ModelSignature, version.VerWrittenCur, version.VerReadableCur, version.LoaderSignature ?? "", version.LoaderAssemblyName ?? "");

    internal static ModelHeader Read(BinaryReader reader)
    {
        if (reader.ReadUInt64() != Magic)
            throw new FormatException("Wrong file type");
        return new(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString(), reader.ReadString());
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(Signature);
        writer.Write(Written);
        writer.Write(Readable);
        writer.Write(LoaderSignature);
        writer.Write(LoaderAssemblyName);
    }

    internal void Check(VersionInfo version)
    {
        if (Signature != version.ModelSignature)
            throw new FormatException("Unknown file type");
        if (Readable > version.VerWrittenCur)
            throw new FormatException($"Cannot read component '{version.LoaderSignature}' of the model, because the model is too new.");
        if (Written < version.VerWeCanReadBack)
            throw new FormatException($"Cannot read component '{version.LoaderSignature}' of the model, because the model is too old.");
    }
}
