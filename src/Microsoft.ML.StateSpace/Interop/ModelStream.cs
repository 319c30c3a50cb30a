namespace Microsoft.ML.StateSpace.Interop;

/// <summary>Writes and reads a component's share of an ML.NET model file: a version and an array of bytes.</summary>
internal static class ModelStream
{
    private const string StreamName = "StateSpace.bin";

    /// <summary>
    /// The version of the component that ML.NET checks. It stays 1.1 for good, because whatever may change is in the payload, which has a
    /// version of its own.
    /// </summary>
    private const uint Version = 0x00010001;

    public static void Save(ModelSaveContext ctx, string signature, string loaderName, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionOf(signature, loaderName));
        ctx.SaveBinaryStream(StreamName, writer => writer.Write(payload));
    }

    public static byte[] Load(ModelLoadContext ctx, string signature, string loaderName)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel(VersionOf(signature, loaderName));
        using var payload = new MemoryStream();
        if (!ctx.TryLoadBinaryStream(StreamName, reader => reader.BaseStream.CopyTo(payload)))
            throw new InvalidDataException($"The model file is damaged: it has no '{StreamName}' for its {loaderName} step.");
        return payload.ToArray();
    }

    // The simple name of the assembly is written. With the full name an older version of the library could not load the model of a newer
    // one.
    private static VersionInfo VersionOf(string signature, string loaderName)
        => new(signature, Version, Version, Version, typeof(ModelStream).Assembly.GetName().Name!, loaderName);
}
