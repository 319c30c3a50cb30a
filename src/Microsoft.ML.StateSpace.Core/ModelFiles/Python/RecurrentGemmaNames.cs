using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// RecurrentGemma, which is a Griffin, or a Hawk where no layer has attention. The derived classes have the names. Scales of norms are
/// written less one, decays with the other sign, and the table of tokens without the factor sqrt(width), which the code rounds to bfloat16;
/// the head has the weights of the table. A row of the code's attention sees itself and <c>attention_window_size</c> rows before it, one
/// more than <see cref="GriffinScaffold.Window"/>. Names and shapes do not tell of the window and of <c>logits_soft_cap</c>, which have the
/// values of the public models, 2,048 and 30.
/// </summary>
internal abstract class RecurrentGemmaNames : PublicNames
{
    private const double Epsilon = 1e-6, PublicCap = 30;
    private const int PublicWindow = 2048;

    // The token here that is token 0 of the code: token 0 is a missing key of ML.NET.
    private const int FirstToken = 1;

    public sealed override string Family => "RecurrentGemma";

    /// <summary>What the names of a layer's tensors begin with, before the number.</summary>
    protected abstract string Layers { get; }

    /// <summary>Matches the names of tensors in layers; the number is the first group.</summary>
    protected abstract Regex LayerName { get; }

    /// <summary>The table of tokens.</summary>
    protected abstract string Table { get; }

    /// <summary>The norm behind the last layer.</summary>
    protected abstract string FinalNorm { get; }

    /// <summary>The norm before the recurrence or the attention of a layer, and that before its MLP.</summary>
    protected abstract (string Temporal, string Channel) Norms { get; }

    /// <summary>The weights of the gates of a recurrence, (heads, in, out), and those of the keys of an attention, in a layer.</summary>
    protected abstract (string Gates, string Keys) Marks { get; }

    /// <summary>Channels of the hidden layer of a layer's MLP.</summary>
    protected abstract int HiddenOf(CheckpointShapes checkpoint, string layer);

    /// <summary>Taps of the convolution of a recurrent layer.</summary>
    protected abstract int TapsOf(CheckpointShapes checkpoint, string layer);

    /// <summary>The tensors of a recurrence, of an attention and of an MLP.</summary>
    protected abstract IEnumerable<CheckpointEntry> RecurrenceOf(string layer, Func<string, Parameter> find);

    /// <inheritdoc cref="RecurrenceOf"/>
    protected abstract IEnumerable<CheckpointEntry> AttentionOf(string layer, Func<string, Parameter> find);

    /// <inheritdoc cref="RecurrenceOf"/>
    protected abstract IEnumerable<CheckpointEntry> MlpOf(string layer, Func<string, Parameter> find);

    public sealed override bool IsOf(NetworkOptions architecture)
        => architecture is RgLruOptions && architecture.ChosenScaffold is HawkScaffold or GriffinScaffold;

    public sealed override bool IsOf(CheckpointShapes checkpoint) => checkpoint.Under(NameOf).Has(Layers + "0." + Norms.Temporal);

    public sealed override NetworkOptions ArchitectureOf(CheckpointShapes checkpoint)
    {
        checkpoint = checkpoint.Under(NameOf);
        int layers = checkpoint.Layers(Layers, LayerName);
        string first = Layers + "0.";
        int width = checkpoint[first + Norms.Temporal, 1][0], hidden = HiddenOf(checkpoint, first);
        int[] gates = checkpoint[first + Marks.Gates, 3];
        long recurrent = (long)gates[0] * gates[1];
        if (hidden % width != 0)
            throw CheckpointReader.NotReadable(
                $"the MLPs of its layers have {hidden} channels inside, which the width, {width}, must divide here");
        int every = EveryOf(checkpoint, layers);
        var hawk = new HawkScaffold
        {
            RecurrentSize = recurrent == width ? null : (int)Math.Min(recurrent, int.MaxValue), Expansion = hidden / width,
            ConvolutionWidth = TapsOf(checkpoint, first),
        };
        return Validated(new RgLruOptions
        {
            Layers = layers,
            ModelSize = width,
            Heads = gates[0],
            Bidirectional = false,
            Dropout = 0,
            Norm = NormKind.RmsNorm,
            NormEpsilon = Epsilon,
            FinalNorm = NormKind.RmsNorm,
            LogitsSoftCap = PublicCap,
            Scaffold = every == 0 ? hawk : new GriffinScaffold
            {
                RecurrentSize = hawk.RecurrentSize, Expansion = hawk.Expansion, ConvolutionWidth = hawk.ConvolutionWidth,
                AttentionEvery = every, Window = PublicWindow + 1, Heads = HeadsOf(checkpoint, $"{Layers}{every - 1}.", width, gates[0]),
            },
        });
    }

    public override IReadOnlyList<(string Name, string Needed, Func<JsonElement, bool> IsKnown)> Settings { get; } =
    [
        ("rms_norm_eps", "1e-6 in its norms", value => CheckpointSettings.Is(value, Epsilon)),
        ("partial_rotary_factor", "half of a head's channels turned", value => CheckpointSettings.Is(value, 0.5)),
        ("rope_theta", "10000 as the base of its frequencies", value => CheckpointSettings.Is(value, 10_000)),
        (
            "hidden_activation", "gelu_pytorch_tanh",
            value => value.ValueKind == JsonValueKind.String && value.GetString() == "gelu_pytorch_tanh"),
    ];

    public sealed override int? VocabularyOf(CheckpointShapes checkpoint)
        => checkpoint.Under(NameOf) is var named && named.Has(Table) ? named[Table, 2][0] : null;

    public sealed override void Require(SequenceModelOptions options)
    {
        options.Architecture.Validate();
        var architecture = (RgLruOptions)options.Architecture;
        if (architecture.Complex)
            Refuse("Complex", "false", true);
        if (architecture.FirstStep != RgLruFirstStep.UnitMultiplier)
            Refuse("FirstStep", "UnitMultiplier", architecture.FirstStep);
        if (architecture.ChosenScaffold is GriffinScaffold griffin && architecture.ModelSize is int width
            && griffin.HeadsOf(width) != architecture.Heads)
            Refuse("Scaffold.Heads", $"{architecture.Heads}, as Heads", griffin.HeadsOf(width));
        if (architecture.ChosenNorm != NormKind.RmsNorm)
            Refuse("Norm", "RmsNorm", architecture.ChosenNorm);
        if (architecture.FinalNorm != NormKind.RmsNorm)
            Refuse("FinalNorm", "RmsNorm", architecture.FinalNorm);
        if (architecture.NormEpsilon != Epsilon)
            Refuse("NormEpsilon", $"{Epsilon:G}, as the code has it", $"{architecture.NormEpsilon:G}");
        if (architecture.Bidirectional != false)
            Refuse("Bidirectional", "false, as it reads one way", architecture.Bidirectional is null ? "null" : "true");
        if (HasHead(options) && architecture.LogitsSoftCap is null)
            Refuse("LogitsSoftCap", "a number, as the code always caps", "null");
    }

    public sealed override IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (RgLruOptions)options.Architecture;
        double scale = ScaleOf(architecture.ModelSize!.Value);
        int width = architecture.ModelSize.Value, missing = FirstToken * width;
        int[] table = [options.Vocabulary - FirstToken, width];
        if (options.Vocabulary > 0)
            yield return new(
                Table, table,
                new CheckpointPart(
                    find("Encoder.Table"), i => i < missing ? CheckpointPart.Nowhere : i - missing, x => x * scale, x => x / scale))
            {
                HasPaddedRows = true,
            };
        for (int i = 0; i < architecture.Layers; i++)
        {
            string layer = $"{Layers}{i}.", block = $"Blocks.{i}.";
            bool isAttention = architecture.ChosenScaffold is GriffinScaffold griffin && griffin.IsAttention(i);
            yield return NormScale(layer + Norms.Temporal, find(block + "Norm.Scale"));
            foreach (var entry in isAttention ? AttentionOf(layer, Core) : RecurrenceOf(layer, Core))
                yield return entry;
            yield return NormScale(layer + Norms.Channel, find(block + "Mlp.Norm.Scale"));
            foreach (var entry in MlpOf(layer, name => find($"{block}Mlp.Core.{name}")))
                yield return entry;

            Parameter Core(string name) => find($"{block}Core.{name}");
        }
        yield return NormScale(FinalNorm, find("FinalNorm.Scale"));
        if (!HasHead(options))
            yield break;
        yield return CheckpointEntry.Of("lm_head.weight", table, find("Decoder.Weight")) with { TiedTo = Table, HasPaddedRows = true };
        yield return CheckpointEntry.Of("lm_head.bias", find("Decoder.Bias")) with { HasPaddedRows = true, Otherwise = 0 };
    }

    public sealed override bool MustKnow(SequenceModelOptions options, string name)
        => CheckpointShapes.LayerOf(LayerName, name) is not null || (options.Vocabulary > 0 && name == Table);

    /// <summary>The decay, which the code has with the other sign.</summary>
    protected static CheckpointEntry Decay(string name, Parameter lambda)
        => new(name, [.. lambda.Shape], CheckpointPart.At(0, lambda, a => -a, a => -a));

    /// <summary>Weights of a gate, a matrix a head, which the code has transposed.</summary>
    protected static CheckpointEntry Gate(string name, Parameter weight)
    {
        int size = weight.Shape[1];
        return new(
            name, [.. weight.Shape], new CheckpointPart(weight, i => (i / (size * size) * size + i % size) * size + i / size % size));
    }

    /// <summary>Biases of a gate, a row a head.</summary>
    protected static CheckpointEntry GateBias(string name, Parameter bias, Parameter weight)
        => CheckpointEntry.Of(name, [weight.Shape[0], weight.Shape[1]], bias);

    /// <summary>A linear layer with a bias, as PyTorch has it.</summary>
    protected static IEnumerable<CheckpointEntry> Linear(string name, string parameter, Func<string, Parameter> find)
        =>
        [
            CheckpointEntry.Of(name + ".weight", find(parameter + ".Weight")),
            CheckpointEntry.Of(name + ".bias", find(parameter + ".Bias")),
        ];

    private static CheckpointEntry NormScale(string name, Parameter scale)
        => new(name, [scale.Length], CheckpointPart.At(0, scale, weight => 1 + weight, factor => factor - 1));

    // 0 where no layer is attention.
    private int EveryOf(CheckpointShapes checkpoint, int layers)
    {
        int every = Enumerable.Range(0, layers).FirstOrDefault(IsAttention, -1) + 1;
        if (every == 1)
            throw CheckpointReader.NotReadable("its first layer is attention, which in this library stands behind one recurrence or more");
        for (int i = 0; i < layers && every > 0; i++)
        {
            if (IsAttention(i) != (i % every == every - 1))
                throw CheckpointReader.NotReadable(
                    $"layer {i} is {(IsAttention(i) ? "" : "no ")}attention, where this library has one in every {every} layers");
        }
        return every;

        bool IsAttention(int layer) => checkpoint.Has($"{Layers}{layer}.{Marks.Keys}");
    }

    private int HeadsOf(CheckpointShapes checkpoint, string layer, int width, int heads)
    {
        int[] keys = checkpoint[layer + Marks.Keys, 2];
        return width % heads == 0 && keys[0] == width / heads
            ? heads
            : throw CheckpointReader.NotReadable(
                $"'{layer}{Marks.Keys}' has {keys[0]} rows, where one head of keys for {heads} heads of queries has width / heads = "
                + $"{(double)width / heads}; several heads of keys (num_key_value_heads) are not known here");
    }

    // The decoder is the head where every step is answered by a token.
    private static bool HasHead(SequenceModelOptions options)
        => options.Task == SequenceTask.Tagging && options.Vocabulary > 0 && options.Outputs == options.Vocabulary - FirstToken;

    // sqrt(width), rounded to the eight bits of bfloat16, ties to even.
    private static double ScaleOf(int width)
    {
        double root = Math.Sqrt(width), unit = Math.ScaleB(1, Math.ILogB(root) - 7);
        return Math.Round(root / unit, MidpointRounding.ToEven) * unit;
    }
}
