using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// What the checkpoints of S5 and LRU have in common, whose code is Flax: paths of modules, joined by <c>/</c> (read by <c>.</c> as well)
/// and with <c>params/</c> before them (read without it as well), and kernels of shape (in, out). Batch norms, whose statistics lie under
/// <c>batch_stats/</c>, are read as <see cref="NormKind.Affine"/>, which is what they are while they do not learn.
/// </summary>
internal abstract partial class FlaxNames : ClassifierNames
{
    private const string Root = "params/", Statistics = "batch_stats/";

    // What a batch norm of Flax adds to the variance.
    private const float BatchEpsilon = 1e-5f;

    protected override double Epsilon => 1e-6;

    protected override bool HasBatchNorm => true;

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
        return path.StartsWith(Root, StringComparison.Ordinal) || path.StartsWith(Statistics, StringComparison.Ordinal)
            ? path : Root + path;
    }

    protected override bool IsOfNames(CheckpointShapes checkpoint) => checkpoint.Has($"{Layers}0/seq/{Mark}");

    protected override NormKind NormOf(CheckpointShapes checkpoint)
        => checkpoint.Has($"{StatisticsOf(0)}mean") ? NormKind.Affine : NormKind.LayerNorm;

    /// <summary>The map behind the core that the names tell of.</summary>
    protected GluScaffold ScaffoldOf(CheckpointShapes checkpoint, Nonlinearity withOneDense) => new()
    {
        Nonlinearity = checkpoint.Has(Layers + "0/out1/kernel") ? Nonlinearity.FullGlu
            : checkpoint.Has(Layers + "0/out2/kernel") ? withOneDense : Nonlinearity.Gelu,
    };

    protected override void RequireCore(NetworkOptions architecture)
    {
        if (architecture.CoreSizes != (null, null))
            Refuse("CoreInputs", "null, and CoreOutputs too", "set");
    }

    public sealed override IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (NetworkOptions)options.Architecture;
        var glu = (GluScaffold)architecture.ChosenScaffold;
        foreach (var entry in Encoder(Root + "encoder/encoder/kernel", Root + "encoder/encoder/bias", options, find, isTransposed: true))
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
            Parameter scale = find(block + "Norm.Scale"), bias = find(block + "Norm.Bias");
            yield return CheckpointEntry.Of($"{layer}{Norm}/scale", scale);
            yield return CheckpointEntry.Of($"{layer}{Norm}/bias", bias);
            if (architecture.ChosenNorm != NormKind.Affine)
                continue;
            // (x - mean) / sqrt(var + eps) scale + bias is x g + b with g = scale / sqrt(var + eps) and b = bias - mean g.
            yield return new(StatisticsOf(i) + "var", [scale.Length])
            {
                Filler = 1 - BatchEpsilon,
                Change = new(scale, (variance, parameters) =>
                {
                    for (int c = 0; c < scale.Length; c++)
                        scale.Of(parameters)[c] /= MathF.Sqrt(variance[c] + BatchEpsilon);
                }),
            };
            yield return new(StatisticsOf(i) + "mean", [scale.Length])
            {
                Change = new(bias, (mean, parameters) =>
                {
                    for (int c = 0; c < scale.Length; c++)
                        bias.Of(parameters)[c] -= mean[c] * scale.Of(parameters)[c];
                }),
            };
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
        => CheckpointShapes.LayerOf(LayerPath(), name) is not null || name.StartsWith(Root + "decoder/", StringComparison.Ordinal)
            || name.StartsWith(Statistics, StringComparison.Ordinal);

    private string StatisticsOf(int layer) => $"{Statistics}encoder/layers_{layer}/{Norm}/";

    [GeneratedRegex("^params/encoder/layers_([0-9]+)/")]
    private static partial Regex LayerPath();
}
