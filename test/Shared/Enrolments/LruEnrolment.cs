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
    ];

    public override IEnumerable<LayerCase> Layers =>
    [
        .. from normalization in Enum.GetValues<LruNormalization>()
           from twoWay in (bool[])[false, true]
           select Layer(normalization, LruOutputForm.RealPart, twoWay),
        Layer(LruNormalization.Trainable, LruOutputForm.TwiceRealPart, twoWay: false),
        Layer(LruNormalization.Trainable, LruOutputForm.TwiceRealPart, twoWay: true),
    ];

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("RadiusMinimum", new LruOptions { RadiusMinimum = 0.995 }),
        ("RadiusMaximum", new LruOptions { RadiusMaximum = 1.01 }),
        ("PhaseMaximum", new LruOptions { PhaseMaximum = 0 }),
        ("Normalization", new LruOptions { Normalization = (LruNormalization)9 }),
        ("OutputForm", new LruOptions { OutputForm = (LruOutputForm)9 }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
        [("LRU, layer norm before, mean", 6, 70), ("LRU, layer norm before, mean", 1, 2100)];

    public override IEnumerable<NetworkOptions> Clashes => [new LruOptions { RadiusMaximum = 0.1 }];

    protected override double[][] Oracle(CoreCall call, LruOptions options)
        => Cores.Lru(call.Parameters, call.Input, options.Normalization, options.OutputForm);

    // As many states as make odd tails at other widths than the channels do.
    private static LayerCase Layer(LruNormalization normalization, LruOutputForm form, bool twoWay)
    {
        var options = new LruOptions { Normalization = normalization, OutputForm = form };
        string name = $"LRU, {normalization}, {form}, {(twoWay ? "two-way" : "one way")}";
        return LayerCase.Of(
            name, (layout, size) => new Lru(layout, options, size, size + 2, twoWay), (p, x) => Cores.Lru(p, x, normalization, form),
            twoWay);
    }
}
