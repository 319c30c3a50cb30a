using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// LRU: <c>lru/model.py</c> of NicolasZucchet/minimal-LRU, which reads one way. Names and shapes do not tell of where the norm stands, and
/// of pooling.
/// </summary>
internal sealed class LruNames : FlaxNames
{
    public override string Family => "LRU";

    protected override string Norm => "normalization";

    protected override string Mark => "nu_log";

    public override bool IsOf(NetworkOptions architecture) => architecture is LruOptions && architecture.ChosenScaffold is GluScaffold;

    protected override NetworkOptions CoreOf(CheckpointShapes checkpoint)
    {
        int[] input = checkpoint[Layers + "0/seq/B_re", 2];
        _ = checkpoint[Layers + "0/out1/kernel", 2]; // a full GLU is all that the code has
        return new LruOptions
        {
            StateSize = input[0],
            ModelSize = input[1],
            Bidirectional = false,
            Scaffold = ScaffoldOf(checkpoint, Nonlinearity.FullGlu),
        };
    }

    protected override void RequireCore(NetworkOptions architecture)
    {
        base.RequireCore(architecture);
        var lru = (LruOptions)architecture;
        if (lru.Bidirectional != false)
            Refuse("Bidirectional", "false", lru.Bidirectional is null ? "null" : "true");
        if (lru.Normalization != LruNormalization.Trainable)
            Refuse("Normalization", "Trainable", lru.Normalization);
        if (lru.OutputForm != LruOutputForm.RealPart)
            Refuse("OutputForm", "RealPart", lru.OutputForm);
        if (lru.Form != SystemForm.Post)
            Refuse("Form", "Post", lru.Form);
        if (lru.FeedThrough != FeedThroughKind.Diagonal)
            Refuse("FeedThrough", "Diagonal", lru.FeedThrough);
        if (((GluScaffold)lru.ChosenScaffold).Nonlinearity is not Nonlinearity.FullGlu and var other)
            Refuse("Scaffold.Nonlinearity", "FullGlu", other);
    }

    protected override IEnumerable<CheckpointEntry> CoreEntries(string path, NetworkOptions options, Func<string, Parameter> find)
    {
        int size = options.ModelSize!.Value, states = options.StateSize!.Value;
        yield return CheckpointEntry.Of(path + "nu_log", find("NuLog"));
        yield return CheckpointEntry.Of(path + "theta_log", find("ThetaLog"));
        yield return CheckpointEntry.Of(path + "gamma_log", find("GammaLog"));
        Parameter b = find("B"), c = find("C");
        foreach (var (part, plane) in new[] { ("re", 0), ("im", 1) })
        {
            // Of B the planes lie one behind the other, of C side by side in a row.
            yield return Plane(
                $"{path}B_{part}", [states, size], b, i => i / (states * size) == plane ? i % (states * size) : CheckpointPart.Elsewhere);
            yield return Plane(
                $"{path}C_{part}", [size, states], c,
                i => i / states % 2 == plane ? i / (2 * states) * states + i % states : CheckpointPart.Elsewhere);
        }
        yield return CheckpointEntry.Of(path + "D", find("D"));
    }

    private static CheckpointEntry Plane(string name, int[] shape, Parameter parameter, Func<int, int> place)
        => new(name, shape, new CheckpointPart(parameter, place));
}
