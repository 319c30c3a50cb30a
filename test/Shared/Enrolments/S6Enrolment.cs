using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>S6, the core of Mamba.</summary>
internal sealed class S6Enrolment : CoreEnrolment<S6Options>
{
    private static readonly S6Options Small = new()
    {
        Layers = 2, ModelSize = 6, StateSize = 3, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01, StepSizeMaximum = 1,
    };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("S6, sequence to sequence", Regressor(Small)),
        ("S6, held input, two-way", Classifier(Small with
        {
            InputDiscretization = InputDiscretization.ZeroOrderHold, Bidirectional = true, Scaffold = new GluScaffold(),
        })),
        ("S6, tokens", OfTokens(Classifier(Small with { Pooling = Pooling.Last }))),
        ("S6, a step rank of its own", Regressor(Small with { StepRank = 3 })),
        ("S6, irregular, sequence to sequence", Regressor(Small) with { HasIntervals = true }),
        ("S6, irregular, held input, two-way", Classifier(Small with
        {
            InputDiscretization = InputDiscretization.ZeroOrderHold, Bidirectional = true, Scaffold = new GluScaffold(),
        }) with { HasIntervals = true }),
    ];

    public override IEnumerable<LayerCase> Layers
        => Enum.GetValues<InputDiscretization>().SelectMany(rule => LayerCase.WithAndWithoutIntervals(
            $"S6, {rule}",
            (layout, size, hasIntervals) => new S6(
                layout, new S6Options { InputDiscretization = rule, StepSizeMinimum = 0.01, StepSizeMaximum = 1 }, size, size % 7 + 2,
                hasIntervals),
            (p, x, intervals) => SelectiveCores.S6(p, x, rule, intervals)));

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("InputDiscretization", new S6Options { InputDiscretization = (InputDiscretization)9 }),
        ("StepRank", new S6Options { StepRank = 0 }),
        ("StepSizeMinimum", new S6Options { StepSizeMinimum = -1 }),
        ("StepSizes", new S6Options { StepSizes = (StepSizeDistribution)9 }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
        [("S6, irregular, sequence to sequence", 6, 70), ("S6, irregular, held input, two-way", 1, 2100)];

    public override IEnumerable<NetworkOptions> Clashes => [new S6Options { StepSizeMinimum = 0.5 }];

    protected override double[][] Oracle(CoreCall call, S6Options options)
        => call.BothWays((p, x, intervals) => SelectiveCores.S6(p, x, options.InputDiscretization, intervals));
}
