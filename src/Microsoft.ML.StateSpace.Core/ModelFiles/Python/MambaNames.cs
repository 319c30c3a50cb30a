using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Mamba: <c>mamba_ssm/modules/mamba_simple.py</c> and <c>mamba_ssm/models/mixer_seq_simple.py</c> of state-spaces/mamba, and
/// <c>MambaForCausalLM</c> of Hugging Face's Transformers. The rows of <c>in_proj</c> are those of x, then those of the gate z.
/// </summary>
internal sealed class MambaNames(int firstToken = 1) : LanguageModelNames(firstToken)
{
    public override string Family => "Mamba";

    protected override string Mark => "mixer.x_proj.weight";

    // The tensors of a mixer that have the same shape in the checkpoint and in the model.
    private static readonly (string Name, string Parameter)[] Alike =
    [
        ("conv1d.bias", "Convolution.Bias"), ("x_proj.weight", "StateSpace.XProj"), ("dt_proj.weight", "StateSpace.DtProj"),
        ("dt_proj.bias", "StateSpace.DtBias"), ("A_log", "StateSpace.ALog"), ("D", "StateSpace.D"), ("out_proj.weight", "Out.Weight"),
    ];

    public override bool IsOf(NetworkOptions architecture)
        => architecture is S6Options && architecture.ChosenScaffold is MambaScaffold;

    public override void Require(SequenceModelOptions options)
    {
        if (options.Architecture is not S6Options)
            Refuse("", "S6Options", options.Architecture.GetType().Name);
        var architecture = (S6Options)options.Architecture;
        if (architecture.ChosenScaffold is not MambaScaffold)
            Refuse("Scaffold", "a MambaScaffold", architecture.ChosenScaffold.GetType().Name);
        base.Require(options);
        if (architecture.InputDiscretization != InputDiscretization.Euler)
            Refuse("InputDiscretization", "Euler", architecture.InputDiscretization);
    }

    protected override NetworkOptions MixerOf(int width, Func<string, int, int[]> shape, Func<string, bool> has)
    {
        int[] rates = shape("A_log", 2), steps = shape("dt_proj.weight", 2), taps = shape("conv1d.weight", 3);
        if (rates[0] % width != 0)
            throw CheckpointReader.NotReadable($"its blocks have {rates[0]} channels inside and {width} outside, which must divide them");
        return new S6Options
        {
            StateSize = rates[1],
            StepRank = steps[1],
            Scaffold = new MambaScaffold { Expansion = rates[0] / width, ConvolutionWidth = taps[2] },
        };
    }

    protected override IEnumerable<CheckpointEntry> MixerOf(string mixer, SequenceModelOptions options, Func<string, Parameter> find)
    {
        var architecture = (S6Options)options.Architecture;
        var mamba = (MambaScaffold)architecture.ChosenScaffold;
        int width = architecture.ModelSize!.Value, channels = mamba.Expansion * width;
        yield return CheckpointEntry.Of(mixer + "in_proj.weight", [2 * channels, width], find("In.Weight"), find("Gate.Weight"));
        yield return CheckpointEntry.Of(
            mixer + "conv1d.weight", [channels, 1, mamba.ConvolutionWidth], find("Convolution.Weight"));
        foreach (var (name, parameter) in Alike)
            yield return CheckpointEntry.Of(mixer + name, find(parameter));
    }
}
