using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Mamba-2: <c>mamba_ssm/modules/mamba2.py</c> of state-spaces/mamba, and <c>Mamba2ForCausalLM</c> of Hugging Face's Transformers. The
/// rows of <c>in_proj</c> are those of the gate z, of x, B and C, which go through the convolution, and of the step sizes. Of the public
/// code's settings the library has one group of B and C, one D a head, and the norm behind the gate.
/// </summary>
internal sealed class Mamba2Names() : LanguageModelNames(firstToken: 1)
{
    public override string Family => "Mamba-2";

    protected override string Mark => "mixer.dt_bias";

    // The tensors of a mixer that have the same shape in the checkpoint and in the model.
    private static readonly (string Name, string Parameter)[] Alike =
    [
        ("conv1d.bias", "Convolution.Bias"), ("dt_bias", "StateSpace.DtBias"), ("A_log", "StateSpace.ALog"), ("D", "StateSpace.D"),
        ("norm.weight", "GateNorm.Scale"), ("out_proj.weight", "Out.Weight"),
    ];

    public override bool IsOf(NetworkOptions architecture)
        => architecture is SsdOptions && architecture.ChosenScaffold is Mamba2Scaffold;

    protected override NetworkOptions MixerOf(int width, Func<string, int, int[]> shape, Func<string, bool> has)
    {
        int[] heads = shape("dt_bias", 1), taps = shape("conv1d.weight", 3), output = shape("out_proj.weight", 2),
            skip = shape("D", 1);
        if (!has("norm.weight"))
            throw Unknown("rmsnorm=False: they lack 'mixer.norm.weight', the norm of the gated output");
        int channels = shape("norm.weight", 1)[0];
        if (output[1] != channels)
            throw Unknown(
                $"d_ssm: {channels} of {output[1]} channels go through the state space, and the rest beside it through a gated map");
        if (skip[0] != heads[0] && skip[0] == channels)
            throw Unknown($"D_has_hdim=True: 'mixer.D' has {skip[0]} values for {heads[0]} heads");
        if (channels % width != 0 || channels % heads[0] != 0)
            throw CheckpointReader.NotReadable(
                $"its blocks have {channels} channels inside, which {width} channels outside and {heads[0]} heads must divide");
        if (taps[0] <= channels || (taps[0] - channels) % 2 != 0)
            throw CheckpointReader.NotReadable(
                $"the convolutions of its blocks have {taps[0]} channels, which must be {channels} and twice the size of a state");
        return new SsdOptions
        {
            StateSize = (taps[0] - channels) / 2,
            HeadSize = channels / heads[0],
            Scaffold = new Mamba2Scaffold { Expansion = channels / width, ConvolutionWidth = taps[2] },
        };

        static InvalidDataException Unknown(string setting)
            => CheckpointReader.NotReadable($"its blocks were made with a setting that this library does not have, {setting}");
    }

    protected override IEnumerable<CheckpointEntry> MixerOf(string mixer, SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (SsdOptions)options.Architecture;
        var mamba = (Mamba2Scaffold)architecture.ChosenScaffold;
        int width = architecture.ModelSize!.Value, channels = mamba.Expansion * width,
            convolved = channels + 2 * architecture.StateSize!.Value;
        yield return CheckpointEntry.Of(
            mixer + "in_proj.weight", [channels + convolved + channels / architecture.HeadSize, width],
            find("Gate.Weight"), find("In.Weight"), find("Steps.Weight"));
        yield return CheckpointEntry.Of(mixer + "conv1d.weight", [convolved, 1, mamba.ConvolutionWidth], find("Convolution.Weight"));
        foreach (var (name, parameter) in Alike)
            yield return CheckpointEntry.Of(mixer + name, find(parameter));
    }
}
