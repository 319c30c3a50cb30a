using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Reads and writes safetensors files with the names that the public code of a model has in Python, so that weights come from there and go
/// back. Which families there are, with their names and what each needs, stands in <c>docs/python.md</c>. A file is read from front to
/// back, one tensor at a time, in F32, F16 or BF16; where the stream can seek, sizes that it claims are held against its length before
/// memory is taken for them, and where it is a file, settings that shapes do not tell against a <c>config.json</c> beside it. Files are
/// written in F32. Where time steps are tokens, a model has one token more than its checkpoint: 0, the
/// missing key of ML.NET, whose row is zeros when it is read and is not written; token t of the checkpoint is t + 1 here.
/// </summary>
public static class PythonCheckpoint
{
    /// <summary>
    /// Reads the architecture that the names and shapes of a checkpoint imply. Options that leave no trace in shapes have their defaults.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream holds no checkpoint of a known family; the message says why.</exception>
    public static NetworkOptions ReadArchitecture(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var shapes = new CheckpointShapes(new CheckpointReader(stream));
        var names = PublicNames.Of(shapes);
        CheckpointSettings.Require(stream, names);
        return names.ArchitectureOf(shapes);
    }

    /// <summary>
    /// Reads the parameters of a model with these options. What the checkpoint does not have, such as the encoder of real channels and
    /// statistics of data, is as in a new model.
    /// </summary>
    /// <param name="stream">The checkpoint.</param>
    /// <param name="options">The model. Its architecture must be that of the checkpoint, see <see cref="ReadArchitecture"/>.</param>
    /// <param name="seed">Seed for the parameters that the checkpoint does not have. Default: 1.</param>
    /// <exception cref="ArgumentException">The options are of no family with public names; the message names the option.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream holds no checkpoint of such a model: a tensor lacks, is there twice, has another shape, a type other than F32, F16 and
    /// BF16, or values that are not finite. The message names the tensor.
    /// </exception>
    public static ParameterSet Read(Stream stream, SequenceModelOptions options, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        PublicNames.Of(options);
        var reader = new CheckpointReader(stream);
        var names = PublicNames.Of(new CheckpointShapes(reader), options);
        CheckpointSettings.Require(stream, names);
        return Read(reader, names, options, seed);
    }

    /// <summary>
    /// Reads a whole language model: at each token its answer is the distribution of the next one, the softmax of the logits of the
    /// original. As a model of this library it tags each step with a class for each token.
    /// </summary>
    /// <exception cref="InvalidDataException">The stream holds no checkpoint of a language model; the message says why.</exception>
    public static TrainedModel ReadLanguageModel(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var reader = new CheckpointReader(stream);
        var shapes = new CheckpointShapes(reader);
        var names = PublicNames.Of(shapes);
        CheckpointSettings.Require(stream, names);
        int vocabulary = names.VocabularyOf(shapes)
            ?? throw CheckpointReader.NotReadable($"it has no table of tokens, so it is no language model of the family {names.Family}");
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.Tagging, Inputs = 1, Vocabulary = vocabulary + 1, Outputs = vocabulary,
            Architecture = names.ArchitectureOf(shapes),
        };
        ParameterSet parameters;
        try
        {
            parameters = Read(reader, names, options, seed: 1);
        }
        catch (ArgumentException e)
        {
            throw CheckpointReader.NotReadable($"its shapes make no {names.Family} that fits into memory ({e.Message.TrimEnd('.')})", e);
        }
        return new TrainedModel(options, parameters, new TrainingSummary
        {
            Options = new TrainingOptions(), Epochs = 0, BestEpoch = 0, Stop = TrainingStop.Completed, Duration = TimeSpan.Zero,
            ParameterCount = parameters.Values.Length,
        });
    }

    /// <summary>Writes those parameters of a model that its family has names for.</summary>
    /// <exception cref="ArgumentException">The model is of no family with public names; the message names the option.</exception>
    public static void Write(Stream stream, TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        CheckpointSaving.Write(stream, PublicNames.Of(model.Options), model);
    }

    /// <summary>Throws what <see cref="Write"/> would throw.</summary>
    internal static void Require(SequenceModelOptions options) => PublicNames.Of(options);

    internal static ParameterSet Read(CheckpointReader reader, PublicNames names, SequenceModelOptions options, int seed)
    {
        var network = new SequenceNetwork(options);
        var loading = new CheckpointLoading(reader, names, network);
        var parameters = network.Layout.Create(new Random(seed));
        loading.Fill(parameters.Values);
        return parameters;
    }
}
