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

    /// <summary>
    /// Reads the array of bytes with <paramref name="read"/>, which gets a stream of exactly these bytes, so that it can refuse them before
    /// they are in memory.
    /// </summary>
    public static T Load<T>(ModelLoadContext ctx, string signature, string loaderName, Func<Stream, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel(VersionOf(signature, loaderName));
        T? content = null;
        return ctx.TryLoadBinaryStream(StreamName, reader => content = read(reader.BaseStream)) && content is not null
            ? content
            : throw new InvalidDataException(
                $"The model file is damaged: it has no '{StreamName}' for its {loaderName} step. "
                + "Copy the file again, or save the model anew.");
    }

    // The simple name of the assembly is written. With the full name an older version of the library could not load the model of a newer
    // one.
    private static VersionInfo VersionOf(string signature, string loaderName)
        => new(signature, Version, Version, Version, typeof(ModelStream).Assembly.GetName().Name!, loaderName);
}
