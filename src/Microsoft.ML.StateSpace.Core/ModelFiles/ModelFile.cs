using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// A trained model as one safetensors file: the parameters by name, and under <c>__metadata__</c> the format version, the options as JSON and a checksum over both.
/// </summary>
public static class ModelFile
{
    /// <summary>The version written; a file of a later one is refused.</summary>
    public const int Version = 1;

    /// <summary>Writes the model.</summary>
    public static void Write(Stream stream, TrainedModel model) => throw new NotImplementedException();

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">The file is truncated, altered, of a later version or no model; the message says which.</exception>
    public static TrainedModel Read(Stream stream) => throw new NotImplementedException();
}
