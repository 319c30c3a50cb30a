namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>The ways in which a model file can be unreadable.</summary>
internal static class Damage
{
    private const string Remedy = "Copy the file again, or save the model anew.";

    public static InvalidDataException NoModel(string why, Exception? inner = null)
        => new($"This is no model file of {ModelFile.Format}, or its header was altered: {why}. {Remedy}", inner);

    public static InvalidDataException Truncated(string why) => new($"The model file is truncated: {why}. {Remedy}");

    public static InvalidDataException Altered(string why, Exception? inner = null)
        => new($"The model file was altered: {why}. {Remedy}", inner);

    public static InvalidDataException Newer(string why)
        => new($"The file was written by a later version of this library: {why}. Update the library to read it.");
}
