namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>The ways in which a model file can be unreadable.</summary>
internal static class Damage
{
    public static InvalidDataException NoModel(string why, Exception? inner = null)
        => new($"This is no model file of {ModelFile.Format}, or its header was altered: {why}.", inner);

    public static InvalidDataException Truncated(string why) => new($"The model file is truncated: {why}.");

    public static InvalidDataException Altered(string why, Exception? inner = null) => new($"The model file was altered: {why}.", inner);

    public static InvalidDataException Newer(string why)
        => new($"The model file was written by a later version of this library: {why}. Update the library to read it.");
}
