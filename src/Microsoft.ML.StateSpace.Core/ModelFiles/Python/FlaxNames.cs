using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// What the checkpoints of S5 and LRU have in common, whose code is Flax: paths of modules, joined by <c>/</c> (read by <c>.</c> as well)
/// and with <c>params/</c> before them (read without it as well), and kernels of shape (in, out).
/// </summary>
internal abstract partial class FlaxNames : ClassifierNames
{
    private const string Root = "params/";

    protected override double Epsilon => 1e-6;

    protected override GeluForm Gelu => GeluForm.Tanh;

    protected override string Layers => Root + "encoder/layers_";

    protected override Regex LayerName => LayerPath();

    /// <summary>The module of the norm.</summary>
    protected abstract string Norm { get; }

    /// <summary>A tensor of the core that only this family has.</summary>
    protected abstract string Mark { get; }

    /// <summary>The tensors of a core.</summary>
    protected abstract IEnumerable<CheckpointEntry> CoreEntries(string path, NetworkOptions options, Func<string, Parameter> find);

    public override string NameOf(string tensor)
    {
        string path = tensor.Contains('/') ? tensor : tensor.Replace('.', '/');
        return path.StartsWith(Root, StringComparison.Ordinal) || path.StartsWith("batch_stats/", StringComparison.Ordinal)
            ? path : Root + path;
    }

    protected override bool IsOfNames(CheckpointShapes checkpoint) => checkpoint.Has($"{Layers}0/seq/{Mark}");

    /// <summary>The map behind the core that the names tell of, and no batch norm.</summary>
    protected GluScaffold ScaffoldOf(CheckpointShapes checkpoint, Nonlinearity withOneDense)
    {
        if (checkpoint.Names.FirstOrDefault(IsStatistic) is string name)
            throw BatchNorm(name);
        return new()
        {
            Nonlinearity = checkpoint.Has(Layers + "0/out1/kernel") ? Nonlinearity.FullGlu
                : checkpoint.Has(Layers + "0/out2/kernel") ? withOneDense : Nonlinearity.Gelu,
        };
    }

    protected override void RequireCore(NetworkOptions architecture)
    {
        if (architecture.CoreSizes != (null, null))
            Refuse("CoreInputs", "null, and CoreOutputs too", "set");
    }

    public sealed override IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (NetworkOptions)options.Architecture;
        var glu = (GluScaffold)architecture.ChosenScaffold;
        foreach (var entry in Encoder(Root + "encoder/encoder/kernel", Root + "encoder/encoder/bias", find, isTransposed: true))
            yield return entry;
        for (int i = 0; i < architecture.Layers; i++)
        {
            string layer = $"{Layers}{i}/", block = $"Blocks.{i}.";
            foreach (var entry in CoreEntries(layer + "seq/", architecture, name => find($"{block}Core.{name}")))
                yield return entry;
            if (glu.Nonlinearity == Nonlinearity.FullGlu)
            {
                yield return Matrix(layer + "out1/kernel", find(block + "Map.Value.Weight"), isTransposed: true);
                yield return CheckpointEntry.Of(layer + "out1/bias", find(block + "Map.Value.Bias"));
            }
            if (glu.Nonlinearity != Nonlinearity.Gelu)
            {
                yield return Matrix(layer + "out2/kernel", find(block + "Map.Gate.Weight"), isTransposed: true);
                yield return CheckpointEntry.Of(layer + "out2/bias", find(block + "Map.Gate.Bias"));
            }
            yield return CheckpointEntry.Of($"{layer}{Norm}/scale", find(block + "Norm.Scale"));
            yield return CheckpointEntry.Of($"{layer}{Norm}/bias", find(block + "Norm.Bias"));
        }
        foreach (var entry in Ends(options, find))
            yield return entry;
    }

    // The head for one sequence, or that for pairs of them.
    private static IEnumerable<CheckpointEntry> Ends(SequenceModelOptions options, Func<string, Parameter> find)
    {
        if (!options.HasPairs)
            return Decoder(Root + "decoder/kernel", Root + "decoder/bias", options, find, isTransposed: true);
        return
        [
            Matrix(Root + "decoder/layer1/kernel", find("Decoder.Hidden.Weight"), isTransposed: true),
            CheckpointEntry.Of(Root + "decoder/layer1/bias", find("Decoder.Hidden.Bias")),
            Matrix(Root + "decoder/layer2/kernel", find("Decoder.Output.Weight"), isTransposed: true),
            CheckpointEntry.Of(Root + "decoder/layer2/bias", find("Decoder.Output.Bias")),
        ];
    }

    public sealed override bool MustKnow(SequenceModelOptions options, string name)
        => IsStatistic(name) ? throw BatchNorm(name)
            : CheckpointShapes.LayerOf(LayerPath(), name) is not null || name.StartsWith(Root + "decoder/", StringComparison.Ordinal);

    private bool IsStatistic(string name)
        => name.StartsWith("batch_stats/", StringComparison.Ordinal)
            || (CheckpointShapes.LayerOf(LayerPath(), name) is not null
                && (name.EndsWith($"/{Norm}/mean", StringComparison.Ordinal) || name.EndsWith($"/{Norm}/var", StringComparison.Ordinal)));

    private static InvalidDataException BatchNorm(string name)
        => CheckpointReader.NotReadable(
            $"it has '{name}', so its layers have batch norms, which this library does not have: they would make the answer to a sequence "
            + "depend on the others of its batch in training. Train the model with layer norms (batchnorm=False in S5, norm=\"layer\" in "
            + "minimal-LRU)");

    [GeneratedRegex("^params/encoder/layers_([0-9]+)/")]
    private static partial Regex LayerPath();
}
