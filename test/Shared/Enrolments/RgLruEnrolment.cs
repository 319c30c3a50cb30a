using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>The RG-LRU.</summary>
internal sealed class RgLruEnrolment : CoreEnrolment<RgLruOptions>
{
    private static readonly RgLruOptions Small = new() { Layers = 2, ModelSize = 6, Bidirectional = false, Dropout = 0 };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("RG-LRU, classifier", Classifier(Small)),
        ("RG-LRU, two-way", Classifier(Small with { Bidirectional = true, Scaffold = new GluScaffold() })),
        ("RG-LRU, sequence to sequence", Regressor(Small with { Heads = 3 })),
        ("RG-LRU, paper's first step", Regressor(Small with { FirstStep = RgLruFirstStep.Paper })),
        ("RG-LRU, complex, sequence to sequence", Regressor(Small with { Complex = true, Heads = 3, PhaseMaximum = Math.PI })),
        ("RG-LRU, complex, two-way", Classifier(Small with
        {
            Complex = true, FirstStep = RgLruFirstStep.Paper, Bidirectional = true, Scaffold = new MlpScaffold { Expansion = 2 },
        })),
        (
            "RG-LRU in Griffin",
            Regressor(Small with { Layers = 3, ModelSize = 8, Scaffold = new GriffinScaffold { Expansion = 1, Window = 70 } })),
    ];

    public override IEnumerable<LayerCase> Layers =>
    [
        LayerCase.OneWay(
            "RG-LRU, unit multiplier",
            (layout, size) => new RgLru(layout, new RgLruOptions(), size),
            (p, x) => GatedCores.RgLru(p, x, RgLruFirstStep.UnitMultiplier)),
        LayerCase.OneWay(
            "RG-LRU, paper",
            (layout, size) => new RgLru(
                layout, new RgLruOptions { Heads = 2, FirstStep = RgLruFirstStep.Paper, Initialization = RgLruInitialization.UniformOnAc },
                2 * size),
            (p, x) => GatedCores.RgLru(p, x, RgLruFirstStep.Paper)),
        LayerCase.OneWay(
            "RG-LRU, complex, unit multiplier",
            (layout, size) => new ComplexRgLru(layout, new RgLruOptions { Complex = true, PhaseMaximum = 7 }, 2 * size),
            (p, x) => GatedCores.ComplexRgLru(p, x, RgLruFirstStep.UnitMultiplier)),
        LayerCase.OneWay(
            "RG-LRU, complex, paper",
            (layout, size) => new ComplexRgLru(
                layout, new RgLruOptions { Complex = true, Heads = 2, FirstStep = RgLruFirstStep.Paper }, 4 * size),
            (p, x) => GatedCores.ComplexRgLru(p, x, RgLruFirstStep.Paper)),
    ];

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("Heads", new RgLruOptions { Heads = 0 }),
        ("Initialization", new RgLruOptions { Initialization = (RgLruInitialization)9 }),
        ("FirstStep", new RgLruOptions { FirstStep = (RgLruFirstStep)9 }),
        ("RadiusMinimum", new RgLruOptions { RadiusMinimum = 0.9995 }),
        ("RadiusMaximum", new RgLruOptions { RadiusMaximum = 1 }),
        ("PhaseMaximum", new RgLruOptions { PhaseMaximum = 0 }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
    [
        ("RG-LRU, sequence to sequence", 6, 70), ("RG-LRU, two-way", 1, 2100), ("RG-LRU, complex, sequence to sequence", 6, 70),
        ("RG-LRU in Griffin", 1, 2100),
    ];

    public override IEnumerable<NetworkOptions> Clashes =>
    [
        new RgLruOptions { Heads = 3, RadiusMaximum = 0.6 }, new RgLruOptions { Complex = true, Heads = 3 },
        new RgLruOptions { Scaffold = new GriffinScaffold { Heads = 7 } },
    ];

    protected override double[][] Oracle(CoreCall call, RgLruOptions options)
        => call.BothWays((p, x) => options.Complex
            ? GatedCores.ComplexRgLru(p, x, options.FirstStep) : GatedCores.RgLru(p, x, options.FirstStep));
}
