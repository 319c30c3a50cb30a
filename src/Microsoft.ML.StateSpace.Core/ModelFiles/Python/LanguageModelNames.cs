using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// What the checkpoints of Mamba and Mamba-2 have in common: a table of tokens, numbered layers with a norm and a mixer, a final norm, and
/// a head over the vocabulary, whose weights are those of the table where it has none of its own.
/// </summary>
/// <param name="firstToken">
/// The token here that is token 0 of the checkpoint: 1 in models of the ML.NET face, whose token 0 is a missing key; the checkpoint has no
/// row for it.
/// </param>
internal abstract partial class LanguageModelNames(int firstToken) : PublicNames
{
    private const string Table = "backbone.embedding.weight", Layers = "backbone.layers.", FinalNorm = "backbone.norm_f.weight",
        HeadWeight = "lm_head.weight", HeadBias = "lm_head.bias";

    // What its norms add.
    private const double Epsilon = 1e-5;

    // Hugging Face's Transformers write this name in the place of the first.
    private const string OtherTable = "backbone.embeddings.weight";

    public override bool IsOf(CheckpointShapes checkpoint) => checkpoint.Has(Layers + "0." + Mark);

    /// <summary>A tensor of a layer that only this family has.</summary>
    protected abstract string Mark { get; }

    /// <summary>The tensors of a mixer.</summary>
    /// <param name="mixer">What their names begin with.</param>
    /// <param name="options">The model.</param>
    /// <param name="find">Finds a parameter of the block by its name.</param>
    protected abstract IEnumerable<CheckpointEntry> MixerOf(string mixer, SequenceModelOptions options, Func<string, Parameter> find);

    /// <summary>The architecture but for the number of layers and the norms.</summary>
    /// <param name="width">The model size.</param>
    /// <param name="shape">Finds the shape of a tensor of the first mixer, of so many axes.</param>
    /// <param name="has">Finds whether the first mixer has a tensor.</param>
    protected abstract NetworkOptions MixerOf(int width, Func<string, int, int[]> shape, Func<string, bool> has);

    public sealed override NetworkOptions ArchitectureOf(CheckpointShapes checkpoint)
    {
        int layers = checkpoint.Layers(Layers, LayerName());
        int[] norm = checkpoint[Layers + "0.norm.weight", 1];
        const string Mixer = Layers + "0.mixer.";
        var options = MixerOf(norm[0], (name, axes) => checkpoint[Mixer + name, axes], name => checkpoint.Has(Mixer + name)) with
        {
            Layers = layers,
            ModelSize = norm[0],
            Bidirectional = false,
            Dropout = 0,
            Norm = NormKind.RmsNorm,
            FinalNorm = checkpoint.Has(FinalNorm) ? NormKind.RmsNorm : NormKind.None,
        };
        return Validated(options);
    }

    public override IReadOnlyList<(string Name, string Needed, Func<JsonElement, bool> IsKnown)> Settings { get; } =
    [
        .. Both("ngroups", "n_groups", "one group of B and C", value => CheckpointSettings.Is(value, 1)),
        .. Both("dt_limit", "time_step_limit", "step sizes from 0 to infinity", IsUnlimited),
        .. Both("norm_epsilon", "layer_norm_epsilon", "1e-5 in its norms", value => CheckpointSettings.Is(value, Epsilon)),
        ("norm_before_gate", "the norm behind the gate", value => value.ValueKind == JsonValueKind.False),
        ("hidden_act", "silu", value => value.ValueKind == JsonValueKind.String && value.GetString() is "silu" or "swish"),
    ];

    // Such a setting has one name in the original's config and another in that of Hugging Face's Transformers.
    private static IEnumerable<(string, string, Func<JsonElement, bool>)> Both(
        string original, string other, string needed, Func<JsonElement, bool> isKnown)
        => [(original, needed, isKnown), (other, needed, isKnown)];

    private static bool IsUnlimited(JsonElement value)
        => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && CheckpointSettings.Is(value[0], 0)
            && value[1].ValueKind == JsonValueKind.Number && double.IsPositiveInfinity(value[1].GetDouble());

    public sealed override int? VocabularyOf(CheckpointShapes checkpoint)
    {
        string name = checkpoint.Has(OtherTable) ? OtherTable : Table;
        return checkpoint.Has(name) ? checkpoint[name, 2][0] : null;
    }

    public override void Require(SequenceModelOptions options)
    {
        options.Architecture.Validate();
        var architecture = (NetworkOptions)options.Architecture;
        if (architecture.ChosenNorm != NormKind.RmsNorm)
            Refuse("Norm", "RmsNorm", architecture.ChosenNorm);
        if (architecture.FinalNorm is not (NormKind.RmsNorm or NormKind.None))
            Refuse("FinalNorm", "RmsNorm or None", architecture.FinalNorm);
        if (architecture.NormEpsilon != Epsilon)
            Refuse("NormEpsilon", $"{Epsilon:G}, as the code has it", $"{architecture.NormEpsilon:G}");
        if (architecture.LogitsSoftCap is double cap)
            Refuse("LogitsSoftCap", "null", cap);
        if (architecture.Bidirectional != false)
            Refuse("Bidirectional", "false, as it reads one way", architecture.Bidirectional is null ? "null" : "true");
    }

    public sealed override IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (NetworkOptions)options.Architecture;
        int width = architecture.ModelSize!.Value, missing = firstToken * width;
        int[] table = [options.Vocabulary - firstToken, width];
        if (options.Vocabulary > 0)
            yield return new CheckpointEntry(
                Table, table, new CheckpointPart(find("Encoder.Table"), i => i < missing ? CheckpointPart.Nowhere : i - missing))
            {
                OtherName = OtherTable, HasPaddedRows = true,
            };
        for (int i = 0; i < architecture.Layers; i++)
        {
            string block = $"Blocks.{i}.";
            yield return CheckpointEntry.Of($"{Layers}{i}.norm.weight", find(block + "Norm.Scale"));
            foreach (var entry in MixerOf($"{Layers}{i}.mixer.", options, name => find($"{block}Core.{name}")))
                yield return entry;
        }
        if (architecture.FinalNorm != NormKind.None)
            yield return CheckpointEntry.Of(FinalNorm, find("FinalNorm.Scale"));
        if (!HasHead(options))
            yield break;
        yield return CheckpointEntry.Of(HeadWeight, table, find("Decoder.Weight")) with { TiedTo = Table, HasPaddedRows = true };
        yield return CheckpointEntry.Of(HeadBias, find("Decoder.Bias")) with { HasPaddedRows = true, Otherwise = 0 };
    }

    public sealed override bool MustKnow(SequenceModelOptions options, string name)
        => CheckpointShapes.LayerOf(LayerName(), name) is not null || (options.Vocabulary > 0 && name is Table or OtherTable);

    // The decoder is the head where every step is answered by a token.
    private bool HasHead(SequenceModelOptions options)
        => options.Task == SequenceTask.Tagging && options.Vocabulary > 0 && options.Outputs == options.Vocabulary - firstToken;

    [GeneratedRegex(@"^backbone\.layers\.([0-9]+)\.")]
    private static partial Regex LayerName();
}
