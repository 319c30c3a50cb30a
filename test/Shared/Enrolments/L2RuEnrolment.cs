using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>L2RU, whose network has a certified gain.</summary>
internal sealed class L2RuEnrolment : CoreEnrolment<L2RuOptions>
{
    private const double Gain = 1.5;

    private static readonly L2RuOptions Small = new()
    {
        Layers = 2, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0, Gain = 2,
    };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("L2RU, dilation, sequence to sequence", Regressor(Small)),
        ("L2RU, non-square, sequence to sequence", Regressor(Small with { Parametrization = L2RuParametrization.NonSquare })),
        ("L2RU, square, sequence to sequence", Regressor(Small with { Parametrization = L2RuParametrization.Square, StateSize = 6 })),
        ("L2RU, selective, mean", Classifier(Small with { Parametrization = L2RuParametrization.Selective })),
        ("L2RU, balanced gains, sequence to sequence", Regressor(Small with { CoreGain = CoreGain.Balanced })),
        ("L2RU, non-square, free gains, sequence to sequence", Regressor(Small with
        {
            Parametrization = L2RuParametrization.NonSquare, CoreGain = CoreGain.Free,
        })),
    ];

    public override IEnumerable<LayerCase> Layers =>
    [
        Layer(L2RuParametrization.Dilation, (layout, size) => new L2RuDilation(layout, new L2RuOptions(), size, size + 2, Gain)),
        Layer(L2RuParametrization.NonSquare, (layout, size) => new L2RuNonSquare(layout, new L2RuOptions(), size, size + 2, Gain)),
        Layer(L2RuParametrization.Square, (layout, size) => new L2RuSquare(layout, size, Gain)),
        Layer(L2RuParametrization.Selective, (layout, size) => new L2RuSelective(layout, new L2RuOptions(), size, size + 2, Gain)),
    ];

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong
        => [("CoreGain", new L2RuOptions { CoreGain = (CoreGain)9 })];

    public override IEnumerable<NetworkOptions> Clashes =>
        [new L2RuOptions { Parametrization = L2RuParametrization.Square }, new L2RuOptions { RadiusMaximum = 0.1 }];

    protected override double[][] Oracle(CoreCall call, L2RuOptions options)
        => L2Ru.Core(options.Parametrization, call.Parameters, call.Input);

    private static LayerCase Layer(L2RuParametrization parametrization, Func<Parameters.ParameterLayout, int, Layer> create)
        => LayerCase.OneWay($"L2RU, {parametrization}", create, (p, x) => L2Ru.Core(parametrization, p, x, Gain));
}
