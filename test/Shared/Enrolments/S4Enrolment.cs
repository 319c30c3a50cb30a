using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>S4.</summary>
internal sealed class S4Enrolment : CoreEnrolment<S4Options>
{
    private static readonly S4Options Small = new() { StateSize = 2, Dropout = 0, StepSizeMinimum = 0.01 };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("S4, two-way", Classifier(Small with { Layers = 1, ModelSize = 4, Bidirectional = true })),
        ("S4, sequence to sequence", Regressor(Small with { Layers = 2, ModelSize = 6, Bidirectional = false })),
    ];

    public override IEnumerable<LayerCase> Layers =>
        from execution in (ChannelExecution[])[ChannelExecution.Automatic, ChannelExecution.Convolution]
        from twoWay in (bool[])[false, true]
        select LayerCase.Of(
            $"S4, {execution}, {(twoWay ? "two-way" : "one way")}",
            (layout, size) => new S4(layout, new S4Options { StepSizeMinimum = 0.01, Execution = execution }, size, 2, twoWay),
            ChannelCores.S4, twoWay);

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("StepSizeMinimum", new S4Options { StepSizeMinimum = 0.5, StepSizeMaximum = 0.1 }),
        ("StepSizes", new S4Options { StepSizes = (StepSizeDistribution)9 }),
        ("StepSizeMaximum", new S4Options { StepSizeMaximum = 0 }),
    ];

    public override IEnumerable<NetworkOptions> Clashes => [new S4Options { StepSizeMaximum = 1e-3 }];

    protected override double[][] Oracle(CoreCall call, S4Options options) => ChannelCores.S4(call.Parameters, call.Input);
}
