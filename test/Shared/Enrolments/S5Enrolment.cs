using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>S5, and S5 on irregular time steps.</summary>
internal sealed class S5Enrolment : CoreEnrolment<S5Options>
{
    private static readonly S5Options Held = new()
    {
        Layers = 2, ModelSize = 6, StateSize = 4, Blocks = 2, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01,
    };

    private static readonly S5Options Bilinear = Held with { Discretization = Discretization.Bilinear };

    private static readonly S5Options Pre = Held with { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense };

    // One step size for all states, too.
    private static readonly S5Options Clipped = new()
    {
        Parametrization = S5Parametrization.Clipped, GlobalStepSize = true, StepSizeMinimum = 0.01,
    };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("S5, RMS norm before, mean", Classifier(Held with
        {
            Bidirectional = true, Norm = NormKind.RmsNorm, Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.HalfGlu2 },
        })),
        ("S5, tokens", OfTokens(Classifier(Bilinear with { Bidirectional = true }))),
        ("S5, sequence to sequence", Regressor(Held)),
        ("S5, irregular, other channels than the layer, Wiener", Regressor(Held with
        {
            CoreInputs = 3, CoreOutputs = 2, FeedThrough = FeedThroughKind.None, Scaffold = new WienerScaffold(),
        }) with { HasIntervals = true }),
        ("S5, more channels in than out, linear", Regressor(Held with
        {
            CoreInputs = 8, FeedThrough = FeedThroughKind.Dense, Scaffold = new LinearScaffold(),
        })),
        ("S5, pre form, dense D, two-way", Classifier(Pre with { Bidirectional = true })),
        ("S5, pre form, irregular, two-way", Classifier(Pre with { Bidirectional = true }) with { HasIntervals = true }),
        ("S5, pre form, irregular, sequence to sequence", Regressor(Pre) with { HasIntervals = true }),
        ("S5, irregular", Classifier(Held with { Bidirectional = true }) with { HasIntervals = true }),
        ("S5, irregular, sequence to sequence", Regressor(Bilinear) with { HasIntervals = true }),
        ("H3, irregular, sequence to sequence", Regressor(Held with
        {
            Scaffold = new H3Scaffold { ShiftSize = 3, Expansion = 2 }, Parametrization = S5Parametrization.Clipped, GlobalStepSize = true,
        }) with { HasIntervals = true }),
    ];

    public override IEnumerable<LayerCase> Layers =>
        from twoWay in (bool[])[false, true]
        from options in (S5Options[])[
            new() { StepSizeMinimum = 0.01 }, new() { StepSizeMinimum = 0.01, Discretization = Discretization.Bilinear }, Clipped,
            new() { StepSizeMinimum = 0.01, Form = SystemForm.Pre },
            new()
            {
                StepSizeMinimum = 0.01, Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense,
                Discretization = Discretization.Bilinear,
            },
            new() { StepSizeMinimum = 0.01, FeedThrough = FeedThroughKind.None }]
        from layer in (LayerCase[])[Regular(options, twoWay), Irregular(options, twoWay)]
        select layer;

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("Blocks", new S5Options { Blocks = 3, StateSize = 8 }),
        ("Parametrization", new S5Options { Parametrization = (S5Parametrization)9 }),
        ("OutputInitialization", new S5Options { OutputInitialization = (S5OutputInitialization)9 }),
        ("Discretization", new S5Options { Discretization = (Discretization)9 }),
        ("StepSizeMinimum", new S5Options { StepSizeMinimum = 0.5, StepSizeMaximum = 0.1 }),
        ("StepSizes", new S5Options { StepSizes = (StepSizeDistribution)9 }),
        ("StepSizeMaximum", new S5Options { StepSizeMaximum = double.PositiveInfinity }),
        ("FrequencyScale", new S5Options { FrequencyScale = 0 }),
        ("Form", new S5Options { Form = (SystemForm)9 }),
        ("FeedThrough", new S5Options { FeedThrough = (FeedThroughKind)9 }),
        ("CoreInputs", new S5Options { CoreInputs = -1, Scaffold = new WienerScaffold() }),
        ("CoreOutputs", new S5Options { CoreOutputs = 3, FeedThrough = FeedThroughKind.None }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
    [
        ("S5, sequence to sequence", 6, 70), ("S5, irregular", 6, 70), ("S5, irregular, sequence to sequence", 1, 2100),
        ("S5, sequence to sequence", 1, 2100), ("S5, pre form, irregular, two-way", 6, 70),
        ("S5, pre form, irregular, sequence to sequence", 1, 2100),
    ];

    public override IEnumerable<NetworkOptions> Streamed =>
    [
        new S5Options { Discretization = Discretization.ZeroOrderHold, StepSizeMinimum = 0.01 },
        new S5Options { Discretization = Discretization.Bilinear, StepSizeMinimum = 0.01 },
        new S5Options { Form = SystemForm.Pre, FeedThrough = FeedThroughKind.Dense, StepSizeMinimum = 0.01 },
    ];

    public override IEnumerable<NetworkOptions> Clashes => [new S5Options { Blocks = 3 }];

    protected override double[][] Oracle(CoreCall call, S5Options options) => call.Model.HasIntervals
        ? Cores.IrregularS5(call.Parameters, call.Input, options.Discretization, call.Intervals, options.Form)
        : Cores.S5(call.Parameters, call.Input, options.Discretization, options.Form);

    // As many states as make odd tails at other widths than the channels do.
    private static LayerCase Regular(S5Options options, bool twoWay) => LayerCase.Of(
        Name("S5", options, twoWay),
        (layout, size) => new S5(layout, options, size, size + 2, twoWay),
        (p, x) => Cores.S5(p, x, options.Discretization, options.Form), twoWay);

    private static LayerCase Irregular(S5Options options, bool twoWay) => new(
        Name("S5, irregular", options, twoWay),
        (layout, size) => new IrregularS5(layout, options, size, size + 2, twoWay),
        (p, x, intervals) => Cores.IrregularS5(p, x, options.Discretization, intervals, options.Form), IsCausal: !twoWay,
        TakesIntervals: true);

    private static string Name(string layer, S5Options options, bool twoWay)
        => $"{layer}, {options.Discretization}, {options.Parametrization}, {options.Form}, D {options.FeedThrough}, "
            + (twoWay ? "two-way" : "one way");
}
