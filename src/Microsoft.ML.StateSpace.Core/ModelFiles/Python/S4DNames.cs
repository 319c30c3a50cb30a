using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// S4D, in the model of <c>example.py</c> of state-spaces/s4, which reads one way, with one of two modules: <c>models/s4/s4d.py</c>, whose
/// B is 1, or <c>S4Block</c> of <c>models/s4/s4.py</c> with <c>mode="diag"</c>, whose B is trained, as it is here with
/// <see cref="S4DInitialization.LegS"/>, and whose poles are <c>-exp(A_real) - i A_imag</c>. The first H rows of <c>output_linear</c> are
/// the value, the others the gate of a full GLU. Names and shapes do not tell of where the norm stands, of pooling, and of the block's
/// discretisation.
/// </summary>
internal sealed partial class S4DNames : ClassifierNames
{
    private const string Kernel = "kernel.", BlockKernel = "layer.kernel.";

    public override string Family => "S4D";

    protected override double Epsilon => 1e-5;

    protected override GeluForm Gelu => GeluForm.Exact;

    protected override string Layers => "s4_layers.";

    protected override Regex LayerName => LayerPath();

    public override bool IsOf(NetworkOptions architecture) => architecture is S4DOptions && architecture.ChosenScaffold is GluScaffold;

    // Programs that train on several devices wrap a model.
    public override string NameOf(string tensor)
        => tensor.StartsWith("module.", StringComparison.Ordinal) ? tensor["module.".Length..] : tensor;

    protected override bool IsOfNames(CheckpointShapes checkpoint)
        => checkpoint.Has($"{Layers}0.{Kernel}log_A_real") || checkpoint.Has($"{Layers}0.{BlockKernel}A_real");

    protected override NetworkOptions CoreOf(CheckpointShapes checkpoint)
    {
        bool isBlock = checkpoint.Has($"{Layers}0.{BlockKernel}A_real");
        int[] poles = checkpoint[Layers + "0." + (isBlock ? BlockKernel + "A_imag" : Kernel + "A_imag"), 2];
        if (isBlock && checkpoint[$"{Layers}0.{BlockKernel}C", 4] is [not 1, ..] shape)
            throw CheckpointReader.NotReadable(
                $"'{Layers}0.{BlockKernel}C' has {shape[0]} read-outs of each channel, so its kernels have two sides or several heads, "
                + "of which this library reads neither; train it with bidirectional=False and channels=1");
        return new S4DOptions
        {
            ModelSize = checkpoint[$"norms.0.weight", 1][0],
            StateSize = poles[1],
            Bidirectional = false,
            Initialization = isBlock ? S4DInitialization.LegS : S4DInitialization.Lin,
            Scaffold = new GluScaffold
            {
                Nonlinearity = Nonlinearity.FullGlu, Gelu = GeluForm.Exact, NormPlacement = NormPlacement.Post,
            },
        };
    }

    protected override void RequireCore(NetworkOptions architecture)
    {
        var s4d = (S4DOptions)architecture;
        if (s4d.Bidirectional != false)
            Refuse("Bidirectional", "false", s4d.Bidirectional is null ? "null" : "true");
        if (((GluScaffold)s4d.ChosenScaffold).Nonlinearity is not Nonlinearity.FullGlu and var other)
            Refuse("Scaffold.Nonlinearity", "FullGlu", other);
        if (s4d.Discretization != Discretization.ZeroOrderHold && s4d.Initialization != S4DInitialization.LegS)
            Refuse("Discretization", "ZeroOrderHold where B is 1", s4d.Discretization);
    }

    public override IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find)
    {
        if (options.HasPairs)
            RefuseModel("HasPairs", "false", true);
        var s4d = (S4DOptions)options.Architecture;
        int size = s4d.ModelSize!.Value;
        bool isBlock = s4d.Initialization == S4DInitialization.LegS;
        foreach (var entry in Encoder("encoder.weight", "encoder.bias", options, find, isTransposed: false))
            yield return entry;
        for (int i = 0; i < s4d.Layers; i++)
        {
            string layer = $"{Layers}{i}.", block = $"Blocks.{i}.";
            foreach (var entry in isBlock ? BlockCore(layer, s4d, name => find($"{block}Core.{name}"))
                : SmallCore(layer, s4d, name => find($"{block}Core.{name}")))
                yield return entry;
            yield return CheckpointEntry.Of(
                layer + "output_linear.0.weight", isBlock ? [2 * size, size] : [2 * size, size, 1],
                find(block + "Map.Value.Weight"), find(block + "Map.Gate.Weight"));
            yield return CheckpointEntry.Of(
                layer + "output_linear.0.bias", [2 * size], find(block + "Map.Value.Bias"), find(block + "Map.Gate.Bias"));
            yield return CheckpointEntry.Of($"norms.{i}.weight", find(block + "Norm.Scale"));
            yield return CheckpointEntry.Of($"norms.{i}.bias", find(block + "Norm.Bias"));
        }
        foreach (var entry in Decoder("decoder.weight", "decoder.bias", options, find, isTransposed: false))
            yield return entry;
    }

    private static IEnumerable<CheckpointEntry> SmallCore(string layer, S4DOptions options, Func<string, Parameter> find)
    {
        int size = options.ModelSize!.Value, states = options.StateSize!.Value;
        yield return CheckpointEntry.Of(layer + "D", find("D"));
        yield return new(layer + Kernel + "C", [size, states, 2], PairsLast(find("C"), states));
        yield return CheckpointEntry.Of(layer + Kernel + "log_dt", find("LogStep"));
        yield return CheckpointEntry.Of(layer + Kernel + "log_A_real", find("LambdaReLog"));
        yield return CheckpointEntry.Of(layer + Kernel + "A_imag", find("LambdaIm"));
    }

    private static IEnumerable<CheckpointEntry> BlockCore(string layer, S4DOptions options, Func<string, Parameter> find)
    {
        int size = options.ModelSize!.Value, states = options.StateSize!.Value;
        yield return CheckpointEntry.Of(layer + "layer.D", [1, size], find("D"));
        yield return new(layer + BlockKernel + "C", [1, size, states, 2], PairsLast(find("C"), states));
        yield return new(layer + BlockKernel + "B", [1, size, states, 2], PairsLast(find("B"), states));
        yield return CheckpointEntry.Of(layer + BlockKernel + "inv_dt", [size, 1], find("LogStep"));
        yield return CheckpointEntry.Of(layer + BlockKernel + "A_real", find("LambdaReLog"));
        yield return new(layer + BlockKernel + "A_imag", [size, states], CheckpointPart.At(0, find("LambdaIm"), im => -im, im => -im));
    }

    public override bool MustKnow(SequenceModelOptions options, string name)
        => CheckpointShapes.LayerOf(LayerPath(), name) is not null || CheckpointShapes.LayerOf(NormPath(), name) is not null;

    [GeneratedRegex(@"^s4_layers\.([0-9]+)\.")]
    private static partial Regex LayerPath();

    [GeneratedRegex(@"^norms\.([0-9]+)\.")]
    private static partial Regex NormPath();
}
