using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Reads and writes the blocks of a Mamba as a safetensors file with the names of the reference code (state-spaces/mamba), as PyTorch
/// programs do: <c>backbone.layers.0.mixer.in_proj.weight</c> and so on, and for tokens <c>backbone.embedding.weight</c>, which Hugging
/// Face's Transformers call <c>backbone.embeddings.weight</c>; either is read, the first is written. The model has
/// <see cref="S6Options"/> with Euler's rule in a <see cref="MambaScaffold"/> with an RMS norm, and reads in one direction.
/// Encoder and head of such a model are this library's own and not part of a checkpoint. The <c>norm_f</c> and <c>lm_head</c> of a language
/// model are not part of the network.
/// </summary>
public static partial class MambaCheckpoint
{
    private const string Embedding = "backbone.embedding.weight", HuggingFaceEmbedding = "backbone.embeddings.weight";

    // The tensors of a mixer that have the same shape in the checkpoint and in the model.
    private static readonly (string Name, string Parameter)[] Alike =
    [
        ("conv1d.bias", "Convolution.Bias"), ("x_proj.weight", "StateSpace.XProj"), ("dt_proj.weight", "StateSpace.DtProj"),
        ("dt_proj.bias", "StateSpace.DtBias"), ("A_log", "StateSpace.ALog"), ("D", "StateSpace.D"), ("out_proj.weight", "Out.Weight"),
    ];

    /// <summary>Reads the architecture that the shapes of a checkpoint imply. All other options have their defaults.</summary>
    /// <exception cref="InvalidDataException">The stream holds no such checkpoint; the message says why.</exception>
    public static S6Options ReadArchitecture(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var tensors = new CheckpointReader(stream).Tensors.ToDictionary(tensor => tensor.Name);
        var layers = tensors.Keys.Select(LayerOf).Where(layer => layer is not null).Distinct().Order().ToArray();
        if (layers.Length > 0 && layers[^1] != layers.Length - 1)
            throw Missing($"backbone.layers.{Enumerable.Range(0, layers.Length).First(i => layers[i] != i)}");
        int[] rates = Shape("mixer.A_log", 2), norm = Shape("norm.weight", 1), steps = Shape("mixer.dt_proj.weight", 2),
            taps = Shape("mixer.conv1d.weight", 3);
        if (norm[0] == 0 || rates[0] == 0 || rates[0] % norm[0] != 0)
            throw CheckpointReader.NotReadable($"its blocks have {rates[0]} channels inside and {norm[0]} outside, which must divide them");
        var options = new S6Options
        {
            Layers = layers.Length,
            ModelSize = norm[0],
            StateSize = rates[1],
            StepRank = steps[1],
            Bidirectional = false,
            Dropout = 0,
            Norm = NormKind.RmsNorm,
            Scaffold = new MambaScaffold { Expansion = rates[0] / norm[0], ConvolutionWidth = taps[2] },
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw CheckpointReader.NotReadable($"its shapes make no Mamba that this library knows ({e.Message.TrimEnd('.')})", e);
        }
        return options;

        int[] Shape(string name, int axes)
        {
            var tensor = tensors.GetValueOrDefault($"backbone.layers.0.{name}") ?? throw Missing($"backbone.layers.0.{name}");
            CheckpointReader.Require(tensor);
            int[] shape = tensor.Shape;
            return shape.Length == axes && shape.All(extent => extent > 0)
                ? shape
                : throw CheckpointReader.NotReadable(
                    $"'backbone.layers.0.{name}' must have {axes} axes with something in them, "
                    + $"but its shape is ({string.Join(", ", shape)})");
        }
    }

    /// <summary>
    /// Reads the parameters of a model with these options. The blocks, and the table of tokens where the model has a
    /// <see cref="SequenceModelOptions.Vocabulary"/>, come from the checkpoint. All other parameters are those of a new model.
    /// </summary>
    /// <param name="stream">
    /// The checkpoint. It is read from front to back. Where it can seek, sizes that the file claims are held against its length before
    /// memory is taken for them.
    /// </param>
    /// <param name="options">The model. Its architecture must be that of the checkpoint, see <see cref="ReadArchitecture"/>.</param>
    /// <param name="seed">Seed for the parameters that the checkpoint does not have.</param>
    /// <exception cref="ArgumentException">The options make no Mamba; the message names the option.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream holds no checkpoint of such a model: a tensor lacks, is there twice, has another shape, a type other than F32, F16 and
    /// BF16, or values that are not finite. The message names the tensor.
    /// </exception>
    public static ParameterSet Read(Stream stream, SequenceModelOptions options, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(options);
        // The shapes of the network are compared before anything is made of them.
        var model = new SequenceNetwork(options);
        var entries = Entries(options, model.Layout.Find).ToDictionary(entry => entry.Name);
        var reader = new CheckpointReader(stream);
        var found = new List<(CheckpointTensor Tensor, Entry Entry)>();
        foreach (var tensor in reader.Tensors)
        {
            if (!entries.Remove(tensor.Name == HuggingFaceEmbedding ? Embedding : tensor.Name, out var entry))
            {
                if (LayerOf(tensor.Name) is not null || (options.Vocabulary > 0 && tensor.Name is Embedding or HuggingFaceEmbedding))
                    throw CheckpointReader.NotReadable(
                        $"it has '{tensor.Name}', which a Mamba of {model.Architecture.Layers} layers has not, or has once");
                continue;
            }
            if (!tensor.Shape.AsSpan().SequenceEqual(entry.Shape))
                throw CheckpointReader.NotReadable(
                    $"'{tensor.Name}' has shape ({string.Join(", ", tensor.Shape)}), "
                    + $"but the model needs ({string.Join(", ", entry.Shape)}); set the options as ReadArchitecture returns them"
                    + (entry.Name == Embedding ? ", and Vocabulary to the rows of this table" : ""));
            CheckpointReader.Require(tensor);
            found.Add((tensor, entry));
        }
        if (entries.Count > 0)
            throw Missing(entries.Keys.First());
        var parameters = model.Layout.Create(new Random(seed));
        foreach (var (tensor, entry) in found)
        {
            ReadOnlySpan<float> values = reader.Read(tensor);
            foreach (var part in entry.Parts)
            {
                values[..part.Length].CopyTo(part.Of(parameters.Values));
                values = values[part.Length..];
            }
        }
        return parameters;
    }

    /// <summary>Writes the blocks of a model, and its table of tokens if it has one, as 32-bit floats.</summary>
    /// <exception cref="ArgumentException">The model is no Mamba; the message names the option.</exception>
    public static void Write(Stream stream, TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        Check(model.Options);
        var entries = Entries(model.Options, model.Parameters.Find);
        int offset = 0;
        var tensors = new List<SafetensorsEntry>();
        foreach (var entry in entries)
        {
            int length = entry.Parts.Sum(part => part.Length);
            tensors.Add(new SafetensorsEntry(entry.Name, entry.Shape, offset, length));
            offset = checked(offset + length);
        }
        // PyTorch programs require this entry before they read a file.
        stream.Write(SafetensorsHeader.Create(new Dictionary<string, string> { ["format"] = "pt" }, tensors).Bytes);
        foreach (var part in entries.SelectMany(entry => entry.Parts))
            stream.Write(MemoryMarshal.AsBytes(ModelFile.LittleEndian(part.Of(model.Parameters.Values))));
    }

    /// <summary>A tensor of a checkpoint, and the parameters that it holds one after the other.</summary>
    private sealed record Entry(string Name, int[] Shape, Parameter[] Parts);

    private static List<Entry> Entries(SequenceModelOptions options, Func<string, Parameter?> find)
    {
        var architecture = (S6Options)options.Architecture;
        var mamba = (MambaScaffold)architecture.ChosenScaffold;
        int width = architecture.ModelSize!.Value, channels = mamba.Expansion * width;
        var entries = new List<Entry>();
        if (options.Vocabulary > 0)
            entries.Add(new Entry(Embedding, [options.Vocabulary, width], [Find("Encoder.Table")]));
        for (int i = 0; i < architecture.Layers; i++)
        {
            string layer = $"backbone.layers.{i}.", block = $"Blocks.{i}.", core = block + "Core.";
            entries.Add(Whole(layer + "norm.weight", block + "Norm.Scale"));
            entries.Add(
                new Entry(layer + "mixer.in_proj.weight", [2 * channels, width], [Find(core + "In.Weight"), Find(core + "Gate.Weight")]));
            entries.Add(
                new Entry(layer + "mixer.conv1d.weight", [channels, 1, mamba.ConvolutionWidth], [Find(core + "Convolution.Weight")]));
            foreach (var (name, parameter) in Alike)
                entries.Add(Whole($"{layer}mixer.{name}", core + parameter));
        }
        return entries;

        Entry Whole(string name, string parameter) => new(name, [.. Find(parameter).Shape], [Find(parameter)]);

        Parameter Find(string name) => find(name)
            ?? throw new ArgumentException(
                $"The model has no parameter '{name}', so it does not have the architecture that its options name.", nameof(options));
    }

    private static void Check(SequenceModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Architecture.Validate();
        if (options.Architecture is not S6Options architecture)
            throw new ArgumentException(
                $"A Mamba checkpoint needs Architecture to be S6Options, but it is {options.Architecture.GetType().Name}.",
                nameof(options));
        if (architecture.ChosenScaffold is not MambaScaffold)
            throw new ArgumentException(
                "A Mamba checkpoint needs Architecture.Scaffold to be a MambaScaffold, "
                + $"but it is {architecture.ChosenScaffold.GetType().Name}.",
                nameof(options));
        if (architecture.ChosenNorm != NormKind.RmsNorm)
            throw new ArgumentException(
                $"A Mamba checkpoint needs Architecture.Norm to be RmsNorm, but it is {architecture.ChosenNorm}.", nameof(options));
        if (architecture.Bidirectional != false)
            throw new ArgumentException(
                "A Mamba checkpoint needs Architecture.Bidirectional to be false: Mamba reads one way.", nameof(options));
        if (architecture.InputDiscretization != InputDiscretization.Euler)
            throw new ArgumentException(
                $"A Mamba checkpoint needs Architecture.InputDiscretization to be Euler, but it is {architecture.InputDiscretization}.",
                nameof(options));
    }

    private static InvalidDataException Missing(string name)
        => CheckpointReader.NotReadable(
            name == Embedding
                ? $"it has neither '{Embedding}' nor '{HuggingFaceEmbedding}', "
                    + "but the model has a Vocabulary and needs the table of its tokens"
                : $"it lacks '{name}', so it is no Mamba checkpoint of these layers");

    /// <summary>The number of the layer that a tensor belongs to, or <see langword="null"/> where it belongs to none.</summary>
    private static int? LayerOf(string name)
    {
        if (LayerName().Match(name) is not { Success: true } match)
            return null;
        return int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : throw CheckpointReader.NotReadable($"'{name}' is in a layer of a number that no network has");
    }

    [GeneratedRegex(@"^backbone\.layers\.([0-9]+)\.")]
    private static partial Regex LayerName();
}
