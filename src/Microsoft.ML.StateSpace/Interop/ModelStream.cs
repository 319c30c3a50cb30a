namespace Microsoft.ML.StateSpace.Interop;

/// <summary>One block of bytes, with a version, as a component's part of an ML.NET model file.</summary>
internal static class ModelStream
{
    private const string StreamName = "StateSpace.bin";

    /// <summary>ML.NET's version of the component: 1.1, for good. What can change is in the payload, which has a version of its own.</summary>
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

    // The simple name: with a full one an older library could not load the model of a newer.
    private static VersionInfo VersionOf(string signature, string loaderName)
        => new(signature, Version, Version, Version, typeof(ModelStream).Assembly.GetName().Name!, loaderName);
}
