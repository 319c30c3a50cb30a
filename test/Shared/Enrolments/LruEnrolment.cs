using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>The LRU.</summary>
internal sealed class LruEnrolment : CoreEnrolment<LruOptions>
{
    private static readonly LruOptions Small = new() { Layers = 2, ModelSize = 6, StateSize = 5, Bidirectional = false, Dropout = 0 };
    private static readonly LruOptions TiedL2 = Small with { Normalization = LruNormalization.TiedL2 };
    private static readonly LruOptions TiedStatic = Small with { Normalization = LruNormalization.TiedStatic };

    private static readonly LruOptions Pre = Small with { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("LRU, layer norm before, mean", Classifier(Small with { Bidirectional = true })),
        ("LRU, RMS norm behind, last", Classifier(TiedL2 with
        {
            Bidirectional = true,
            Norm = NormKind.RmsNorm,
            Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post, Nonlinearity = Nonlinearity.FullGlu },
            Pooling = Pooling.Last,
        })),
        ("LRU, no norm, causal, max", Classifier(TiedStatic with
        {
            Norm = NormKind.None, Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.Gelu }, Pooling = Pooling.Max,
        })),
        (
            "LRU, sequence to sequence, layer norm behind",
            Regressor(Small with { Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post } })),
        ("LRU, tokens to sequence", OfTokens(Regressor(TiedL2))),
        ("LRU, pre form, dense D, sequence to sequence", Regressor(Pre)),
        ("LRU, fewer channels than the layer, Wiener", Regressor(Small with
        {
            CoreInputs = 2, CoreOutputs = 3, FeedThrough = FeedThroughKind.Dense, Scaffold = new WienerScaffold(),
        })),
        ("LRU, more channels out than in, two-way, linear", Classifier(Pre with
        {
            CoreOutputs = 9, Bidirectional = true, Scaffold = new LinearScaffold { Skip = WienerSkip.Identity },
        })),
        ("LRU, pre form without D, two-way, mean", Classifier(Pre with { FeedThrough = FeedThroughKind.None, Bidirectional = true })),
    ];

    public override IEnumerable<LayerCase> Layers =>
    [
        .. from normalization in Enum.GetValues<LruNormalization>()
           from twoWay in (bool[])[false, true]
           select Layer(new() { Normalization = normalization }, twoWay),
        .. from options in (LruOptions[])[
               new() { OutputForm = LruOutputForm.TwiceRealPart }, new() { Form = SystemForm.Pre },
               new() { FeedThrough = FeedThroughKind.Dense },
               new() { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense, OutputForm = LruOutputForm.TwiceRealPart },
               new() { FeedThrough = FeedThroughKind.None }]
           from twoWay in (bool[])[false, true]
           select Layer(options, twoWay),
    ];

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("RadiusMinimum", new LruOptions { RadiusMinimum = 0.995 }),
        ("RadiusMaximum", new LruOptions { RadiusMaximum = 1.01 }),
        ("PhaseMaximum", new LruOptions { PhaseMaximum = 0 }),
        ("Normalization", new LruOptions { Normalization = (LruNormalization)9 }),
        ("OutputForm", new LruOptions { OutputForm = (LruOutputForm)9 }),
        ("Form", new LruOptions { Form = (SystemForm)9 }),
        ("FeedThrough", new LruOptions { FeedThrough = (FeedThroughKind)9 }),
        ("CoreInputs", new LruOptions { CoreInputs = 2, FeedThrough = FeedThroughKind.Dense }),
        ("CoreOutputs", new LruOptions { CoreOutputs = 0, Scaffold = new LinearScaffold() }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
    [
        ("LRU, layer norm before, mean", 6, 70), ("LRU, layer norm before, mean", 1, 2100),
        ("LRU, pre form, dense D, sequence to sequence", 6, 70), ("LRU, pre form, dense D, sequence to sequence", 1, 2100),
    ];

    public override IEnumerable<NetworkOptions> Streamed
        => [.. base.Streamed, new LruOptions { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense }];

    public override IEnumerable<NetworkOptions> Clashes => [new LruOptions { RadiusMaximum = 0.1 }];

    protected override double[][] Oracle(CoreCall call, LruOptions options)
        => Run(call.Parameters, call.Input, options);

    private static double[][] Run(OracleParameters p, double[][] x, LruOptions options)
        => Cores.Lru(p, x, options.Normalization, options.OutputForm, options.Form);

    // As many states as make odd tails at other widths than the channels do.
    private static LayerCase Layer(LruOptions options, bool twoWay)
    {
        string name = $"LRU, {options.Normalization}, {options.OutputForm}, {options.Form}, D {options.FeedThrough}, "
            + (twoWay ? "two-way" : "one way");
        return LayerCase.Of(
            name, (layout, size) => new Lru(layout, options, size, size + 2, twoWay), (p, x) => Run(p, x, options), twoWay);
    }
}
