using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>SSD, the core of Mamba-2.</summary>
internal sealed class SsdEnrolment : CoreEnrolment<SsdOptions>
{
    private static readonly SsdOptions Small = new()
    {
        Layers = 2, ModelSize = 6, StateSize = 4, HeadSize = 3, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01,
    };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("SSD, Mamba-2 block, sequence to sequence", Regressor(Small)),
        ("SSD, Mamba-2 block, two-way", Classifier(Small with
        {
            Bidirectional = true, Scaffold = new Mamba2Scaffold { Expansion = 1, ConvolutionWidth = 3 },
        })),
        ("SSD, GLU block, sequence to sequence", Regressor(Small with { Scaffold = new GluScaffold() })),
        ("SSD, MLP block, two-way", Classifier(Small with { Bidirectional = true, Scaffold = new MlpScaffold { Expansion = 2 } })),
        ("SSD, irregular, Mamba-2 block, sequence to sequence", Regressor(Small) with { HasIntervals = true }),
        ("SSD, irregular, Mamba-2 block, two-way", Classifier(Small with
        {
            Bidirectional = true, Scaffold = new Mamba2Scaffold { Expansion = 1, ConvolutionWidth = 3 },
        }) with { HasIntervals = true }),
        ("SSD, irregular, GLU block, two-way", Classifier(Small with { Bidirectional = true, Scaffold = new GluScaffold() })
            with { HasIntervals = true }),
    ];

    public override IEnumerable<LayerCase> Layers =>
    [
        .. LayerCase.WithAndWithoutIntervals(
            "SSD, heads of 3", (layout, size, hasIntervals) => new SsdScan(layout, Heads(3), 3 * size, 4, hasIntervals),
            (p, x, intervals) => Ssd.Scan(p, x, 4, intervals)),
        .. LayerCase.WithAndWithoutIntervals(
            "SSD, one head", (layout, size, hasIntervals) => new SsdScan(layout, Heads(size), size, size, hasIntervals),
            (p, x, intervals) => Ssd.Scan(p, x, (x[0].Length - 1) / 3, intervals)),
    ];

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("HeadSize", new SsdOptions { HeadSize = 0 }),
        ("StepSizeMinimum", new SsdOptions { StepSizeMinimum = 0.5, StepSizeMaximum = 0.1 }),
        ("StepSizes", new SsdOptions { StepSizes = (StepSizeDistribution)9 }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
        [("SSD, Mamba-2 block, sequence to sequence", 6, 70), ("SSD, Mamba-2 block, two-way", 1, 2100),
            ("SSD, irregular, Mamba-2 block, sequence to sequence", 6, 70), ("SSD, irregular, Mamba-2 block, two-way", 1, 2100)];

    public override IEnumerable<NetworkOptions> Streamed => [new SsdOptions { HeadSize = 6, StepSizeMinimum = 0.01 }];

    public override IEnumerable<NetworkOptions> Clashes => [new SsdOptions { HeadSize = 40 }];

    protected override double[][] Oracle(CoreCall call, SsdOptions options)
        => call.BothWays((p, x, intervals) => Ssd.Core(p, x, options.StateSize!.Value, intervals));

    private static SsdOptions Heads(int size) => new() { HeadSize = size, StepSizeMinimum = 0.05, StepSizeMaximum = 0.3 };
}
