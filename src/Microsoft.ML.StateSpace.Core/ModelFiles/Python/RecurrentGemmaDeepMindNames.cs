using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// RecurrentGemma in the names of the PyTorch code of google-deepmind/recurrentgemma; these are read. Both matrices before the product of
/// an MLP are one tensor there, and the taps of a convolution come first.
/// </summary>
internal sealed partial class RecurrentGemmaDeepMindNames : RecurrentGemmaNames
{
    private const string Recurrent = "recurrent_block.", Attention = "attention_block.", Mlp = "mlp_block.";

    protected override string Layers => "blocks.";

    protected override Regex LayerName => LayerPath();

    protected override string Table => "embedder.input_embedding";

    protected override string FinalNorm => "final_norm.scale";

    protected override (string Temporal, string Channel) Norms => ("temporal_pre_norm.scale", "channel_pre_norm.scale");

    protected override (string Gates, string Keys) Marks => (Recurrent + "rg_lru.input_gate.w", Attention + "proj_k.weight");

    protected override int HiddenOf(CheckpointShapes checkpoint, string layer) => checkpoint[layer + Mlp + "ffw_up.w", 3][2];

    protected override int TapsOf(CheckpointShapes checkpoint, string layer) => checkpoint[layer + Recurrent + "conv_1d.w", 2][0];

    protected override IEnumerable<CheckpointEntry> RecurrenceOf(string layer, Func<string, Parameter> find)
    {
        string block = layer + Recurrent, core = block + "rg_lru.";
        Parameter taps = find("Convolution.Weight"), inputGate = find("StateSpace.InputGate.Weight"),
            recurrenceGate = find("StateSpace.RecurrenceGate.Weight");
        return
        [
            .. Linear(block + "linear_y", "Gate", find), .. Linear(block + "linear_x", "In", find),
            .. Linear(block + "linear_out", "Out", find),
            new(block + "conv_1d.w", [taps.Shape[1], taps.Shape[0]], CheckpointPart.Transposed(taps)),
            CheckpointEntry.Of(block + "conv_1d.b", find("Convolution.Bias")),
            Decay(core + "a_param", find("StateSpace.Lambda")),
            Gate(core + "input_gate.w", inputGate), GateBias(core + "input_gate.b", find("StateSpace.InputGate.Bias"), inputGate),
            Gate(core + "a_gate.w", recurrenceGate), GateBias(core + "a_gate.b", find("StateSpace.RecurrenceGate.Bias"), recurrenceGate),
        ];
    }

    protected override IEnumerable<CheckpointEntry> AttentionOf(string layer, Func<string, Parameter> find) =>
    [
        CheckpointEntry.Of(layer + Attention + "proj_q.weight", find("Attention.Query.Weight")),
        CheckpointEntry.Of(layer + Attention + "proj_k.weight", find("Attention.Key.Weight")),
        CheckpointEntry.Of(layer + Attention + "proj_v.weight", find("Attention.Value.Weight")),
        .. Linear(layer + Attention + "proj_final", "Out", find),
    ];

    protected override IEnumerable<CheckpointEntry> MlpOf(string layer, Func<string, Parameter> find)
    {
        Parameter gate = find("Gate.Weight"), value = find("Value.Weight");
        int hidden = gate.Shape[0], width = gate.Shape[1];
        return
        [
            new(layer + Mlp + "ffw_up.w", [2, width, hidden], Behind(gate, 0), Behind(value, hidden * width)),
            CheckpointEntry.Of(layer + Mlp + "ffw_up.b", [2, 1, 1, hidden], find("Gate.Bias"), find("Value.Bias")),
            .. Linear(layer + Mlp + "ffw_down", "Out", find),
        ];

        static CheckpointPart Behind(Parameter matrix, int start)
        {
            var part = CheckpointPart.Transposed(matrix);
            return part with { Place = i => start + part.Place(i) };
        }
    }

    [GeneratedRegex(@"^blocks\.([0-9]+)\.")]
    private static partial Regex LayerPath();
}
