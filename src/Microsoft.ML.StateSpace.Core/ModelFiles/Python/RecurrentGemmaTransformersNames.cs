using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>RecurrentGemma in the names of Hugging Face's Transformers, <c>RecurrentGemmaForCausalLM</c>; these are written.</summary>
internal sealed partial class RecurrentGemmaTransformersNames : RecurrentGemmaNames
{
    private const string Temporal = "temporal_block.", Mlp = "mlp_block.";

    protected override string Layers => "model.layers.";

    protected override Regex LayerName => LayerPath();

    protected override string Table => "model.embed_tokens.weight";

    protected override string FinalNorm => "model.final_norm.weight";

    protected override (string Temporal, string Channel) Norms => ("temporal_pre_norm.weight", "channel_pre_norm.weight");

    protected override (string Gates, string Keys) Marks => (Temporal + "rg_lru.input_gate_weight", Temporal + "k_proj.weight");

    protected override int HiddenOf(CheckpointShapes checkpoint, string layer) => checkpoint[layer + Mlp + "gate_proj.weight", 2][0];

    protected override int TapsOf(CheckpointShapes checkpoint, string layer) => checkpoint[layer + Temporal + "conv_1d.weight", 3][2];

    protected override IEnumerable<CheckpointEntry> RecurrenceOf(string layer, Func<string, Parameter> find)
    {
        string block = layer + Temporal, core = block + "rg_lru.";
        Parameter taps = find("Convolution.Weight"), inputGate = find("StateSpace.InputGate.Weight"),
            recurrenceGate = find("StateSpace.RecurrenceGate.Weight");
        return
        [
            .. Linear(block + "linear_y", "Gate", find), .. Linear(block + "linear_x", "In", find),
            .. Linear(block + "linear_out", "Out", find),
            CheckpointEntry.Of(block + "conv_1d.weight", [taps.Shape[0], 1, taps.Shape[1]], taps),
            CheckpointEntry.Of(block + "conv_1d.bias", find("Convolution.Bias")),
            Decay(core + "recurrent_param", find("StateSpace.Lambda")),
            Gate(core + "input_gate_weight", inputGate),
            GateBias(core + "input_gate_bias", find("StateSpace.InputGate.Bias"), inputGate),
            Gate(core + "recurrent_gate_weight", recurrenceGate),
            GateBias(core + "recurrent_gate_bias", find("StateSpace.RecurrenceGate.Bias"), recurrenceGate),
        ];
    }

    protected override IEnumerable<CheckpointEntry> AttentionOf(string layer, Func<string, Parameter> find) =>
    [
        CheckpointEntry.Of(layer + Temporal + "q_proj.weight", find("Attention.Query.Weight")),
        CheckpointEntry.Of(layer + Temporal + "k_proj.weight", find("Attention.Key.Weight")),
        CheckpointEntry.Of(layer + Temporal + "v_proj.weight", find("Attention.Value.Weight")),
        .. Linear(layer + Temporal + "o_proj", "Out", find),
    ];

    protected override IEnumerable<CheckpointEntry> MlpOf(string layer, Func<string, Parameter> find) =>
    [
        .. Linear(layer + Mlp + "gate_proj", "Gate", find), .. Linear(layer + Mlp + "up_proj", "Value", find),
        .. Linear(layer + Mlp + "down_proj", "Out", find),
    ];

    [GeneratedRegex(@"^model\.layers\.([0-9]+)\.")]
    private static partial Regex LayerPath();
}
