using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The cores as functions of their width; with as many states as make odd tails at other widths than the channels do.</summary>
internal static class CoreCase
{
    public static Func<ParameterLayout, int, Layer> Lru(LruNormalization normalization, bool twoWay = false)
        => (layout, size) => new Lru(layout, new LruOptions { Normalization = normalization }, size, size + 2, twoWay);

    public static Func<ParameterLayout, int, Layer> LruTwiceRealPart(bool twoWay)
        => (layout, size) => new Lru(layout, new LruOptions { OutputForm = LruOutputForm.TwiceRealPart }, size, size + 2, twoWay);

    public static Func<ParameterLayout, int, Layer> S5(Discretization discretization, bool twoWay = false)
        => (layout, size) => new S5(layout, new S5Options { Discretization = discretization, StepSizeMinimum = 0.01 }, size, size + 2,
            twoWay);

    public static Func<ParameterLayout, int, Layer> ClippedS5(bool twoWay)
        => (layout, size) => new S5(layout, Clipped, size, size + 2, twoWay);

    public static Func<ParameterLayout, int,
        Layer> ClippedIrregularS5(bool twoWay) => (layout, size) => new IrregularS5(layout, Clipped, size, size + 2, twoWay);

    // One step size for all states, too.
    private static S5Options Clipped { get; } = new() { Parametrization = S5Parametrization.Clipped, GlobalStepSize = true,
        StepSizeMinimum = 0.01 };

    public static Func<ParameterLayout, int, Layer> IrregularS5(Discretization discretization, bool twoWay = false)
        => (layout, size) => new IrregularS5(layout, new S5Options { Discretization = discretization, StepSizeMinimum = 0.01 }, size,
            size + 2, twoWay);
}
