using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Reads and writes a Mamba as a safetensors file with the names of the reference code (state-spaces/mamba), as PyTorch programs do:
/// <c>backbone.layers.0.mixer.in_proj.weight</c> and so on, for tokens <c>backbone.embedding.weight</c>, which Hugging Face's Transformers
/// call <c>backbone.embeddings.weight</c> (either is read, the first is written), and for a model that answers each step with a token
/// <c>lm_head.weight</c>. The model has <see cref="S6Options"/> with Euler's rule in a <see cref="MambaScaffold"/> with an RMS norm, and
/// reads in one direction. Any other encoder and head is this library's own and not part of a checkpoint.
/// Token 0 of the checkpoint is token 0 of the model. <see cref="PythonCheckpoint"/> does the same for all families, with tokens as a
/// transformer counts them, which has a missing one at 0.
/// </summary>
public static class MambaCheckpoint
{
    private static readonly MambaNames Names = new(firstToken: 0);

    /// <summary>Reads the architecture that the shapes of a checkpoint imply. All other options have their defaults.</summary>
    /// <exception cref="InvalidDataException">The stream holds no such checkpoint; the message says why.</exception>
    public static S6Options ReadArchitecture(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return (S6Options)Names.ArchitectureOf(new CheckpointShapes(new CheckpointReader(stream)));
    }

    /// <inheritdoc cref="PythonCheckpoint.Read(Stream, SequenceModelOptions, int)"/>
    public static ParameterSet Read(Stream stream, SequenceModelOptions options, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        Names.Require(options);
        return PythonCheckpoint.Read(new CheckpointReader(stream), Names, options, seed);
    }

    /// <inheritdoc cref="PythonCheckpoint.Write"/>
    public static void Write(Stream stream, TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        Names.Require(model.Options);
        CheckpointSaving.Write(stream, Names, model);
    }
}
