using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>S4D.</summary>
internal sealed class S4DEnrolment : CoreEnrolment<S4DOptions>
{
    private static readonly S4DOptions Lin = new() { StepSizeMinimum = 0.01 };

    private static readonly S4DOptions Small = Lin with { Layers = 2, ModelSize = 6, StateSize = 3, Bidirectional = false, Dropout = 0 };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        (
            "S4D, two-way, max",
            Classifier(Small with { Initialization = S4DInitialization.LegS, Bidirectional = true, Pooling = Pooling.Max })),
        ("S4D, sequence to sequence", Regressor(Small with { Discretization = Discretization.Bilinear })),
        (
            "S4D, convolution",
            Classifier(Small with { Initialization = S4DInitialization.Inv, Bidirectional = true, SobolevExponent = -0.5 })),
        (
            "S4D, irregular, two-way, max",
            Classifier(Small with { Initialization = S4DInitialization.LegS, Bidirectional = true, Pooling = Pooling.Max })
                with { HasIntervals = true }),
        (
            "S4D, irregular, sequence to sequence",
            Regressor(Small with { Discretization = Discretization.Bilinear }) with { HasIntervals = true }),
    ];

    public override IEnumerable<LayerCase> Layers
    {
        get
        {
            foreach (bool twoWay in (bool[])[false, true])
            {
                yield return Layer("Lin", Lin, twoWay);
                yield return Layer(
                    "Inv, bilinear", Lin with { Discretization = Discretization.Bilinear, Initialization = S4DInitialization.Inv }, twoWay);
                yield return Layer("LegS", Lin with { Initialization = S4DInitialization.LegS }, twoWay);
                yield return Layer("convolution", Lin with { Execution = ChannelExecution.Convolution }, twoWay);
                yield return Layer("Sobolev", Lin with { SobolevExponent = 0.5 }, twoWay);
                yield return Irregular("Lin", Lin, twoWay);
                yield return Irregular(
                    "Inv, bilinear", Lin with { Discretization = Discretization.Bilinear, Initialization = S4DInitialization.Inv }, twoWay);
                yield return Irregular("LegS", Lin with { Initialization = S4DInitialization.LegS }, twoWay);
            }
        }
    }

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("Initialization", new S4DOptions { Initialization = (S4DInitialization)9 }),
        ("FrequencyScale", new S4DOptions { FrequencyScale = 0 }),
        ("Discretization", new S4DOptions { Discretization = (Discretization)9 }),
        ("StepSizeMinimum", new S4DOptions { StepSizeMinimum = 0.5, StepSizeMaximum = 0.1 }),
        ("StepSizes", new S4DOptions { StepSizes = (StepSizeDistribution)9 }),
        ("SobolevExponent", new S4DOptions { SobolevExponent = 1, Bidirectional = false }),
    ];

    public override IEnumerable<NetworkOptions> Clashes => [new S4DOptions { StepSizeMaximum = 1e-3, SobolevExponent = 1 }];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
        [("S4D, irregular, two-way, max", 6, 70), ("S4D, irregular, two-way, max", 1, 2100)];

    protected override double[][] Oracle(CoreCall call, S4DOptions options) => Run(call.Parameters, call.Input, options, call.Intervals);

    private static double[][] Run(OracleParameters p, double[][] x, S4DOptions options, double[]? intervals = null)
        => options.SobolevExponent is null
            ? ChannelCores.S4D(p, x, options.Discretization, intervals)
            : ChannelCores.SobolevS4D(p, x, options.Discretization);

    private static LayerCase Irregular(string name, S4DOptions options, bool twoWay)
        => new(
            $"S4D, irregular, {name}, {(twoWay ? "two-way" : "one way")}",
            (layout, size) => new IrregularS4D(layout, options, size, 3, twoWay),
            (p, x, intervals) => Run(p, x, options, intervals), IsCausal: !twoWay, TakesIntervals: true);

    // The Sobolev filter sees the future whichever way the core reads.
    private static LayerCase Layer(string name, S4DOptions options, bool twoWay)
        => new(
            $"S4D, {name}, {(twoWay ? "two-way" : "one way")}", (layout, size) => new S4D(layout, options, size, 3, twoWay),
            (p, x, _) => Run(p, x, options), IsCausal: !twoWay && options.SobolevExponent is null, TakesIntervals: false);
}
