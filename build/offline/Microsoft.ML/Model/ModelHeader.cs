// Stands for Microsoft.ML.ModelHeader (internal there too): who wrote a model, and who may read it.
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed record ModelHeader(ulong Signature, uint Written, uint Readable, string LoaderSignature, string LoaderAssemblyName)
{
    internal const string EntryName = "Model.key";
    private const ulong Magic = 0x4C454E494C46464F; // "OFFLINEL"

    internal static ModelHeader From(VersionInfo version) =>
        new(version.ModelSignature, version.VerWrittenCur, version.VerReadableCur, version.LoaderSignature ?? "", version.LoaderAssemblyName ?? "");

    internal static ModelHeader Read(BinaryReader reader)
    {
        try
        {
            if (reader.ReadUInt64() != Magic)
                throw Marks.Set(new FormatException("Wrong file type"));
            return new(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString(), reader.ReadString());
        }
        catch (EndOfStreamException)
        {
            throw Marks.Set(new FormatException("The header of a model is truncated."));
        }
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
            throw Marks.Set(new FormatException("Unknown file type"));
        if (Readable > version.VerWrittenCur)
            throw Marks.Set(new FormatException($"Cannot read component '{version.LoaderSignature}' of the model, because the model is too new."));
        if (Written < version.VerWeCanReadBack)
            throw Marks.Set(new FormatException($"Cannot read component '{version.LoaderSignature}' of the model, because the model is too old."));
    }
}
