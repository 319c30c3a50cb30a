using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The certified layers as functions of their width.</summary>
internal static class L2RuCase
{
    public const double Gain = 1.5;

    public static Func<ParameterLayout, int,
        Layer> Core(L2RuParametrization parametrization, double gain = Gain) => (layout, size) => parametrization switch
    {
        L2RuParametrization.Square => new L2RuSquare(layout, size, gain),
        L2RuParametrization.NonSquare => new L2RuNonSquare(layout, new L2RuOptions(), size, size + 2, gain),
        L2RuParametrization.Selective => new L2RuSelective(layout, new L2RuOptions(), size, size + 2, gain),
        _ => new L2RuDilation(layout, new L2RuOptions(), size, size + 2, gain),
    };
}

public class WideBoundedLinearTests() : CausalLayerLaws(
    (layout, size) => new BoundedLinear(layout, size + 2, size, 1.5), (p, x) => L2Ru.Bounded(p, x, x[0].Length, 1.5));

public class TallBoundedLinearTests()
    : CausalLayerLaws((layout, size) => new BoundedLinear(layout, size, size + 3, 1.5), (p, x) => L2Ru.Bounded(p, x, x[0].Length, 1.5));

public class SandwichTests() : CausalLayerLaws((layout, size) => new Sandwich(layout, size), L2Ru.Sandwich);

public class ConvexMapTests() : CausalLayerLaws(
    (layout, size) => new ConvexBranch(layout, "Share", layout.Scope("Map", () => new Sandwich(layout, size))),
    (p, x) => L2Ru.Convex(p["Share"][0], x, L2Ru.Sandwich(p.Scope("Map"), x)));

public class ConvexGainTests() : CausalLayerLaws(
    (layout, size) => new ConvexBranch(layout, "Share", layout.Scope("Map", () => new Sandwich(layout, size)), "Gain"),
    (p, x) => L2Ru.Convex(
        p["Share"][0], x, Scaffolds.Each(value => Math.Exp(p["Gain"][0]) * value, L2Ru.Sandwich(p.Scope("Map"), x))));

public class ConvexCoreTests() : CausalLayerLaws(
    (layout, size) => new ConvexBranch(layout, "Share",
        layout.Scope("Core", () => L2RuCase.Core(L2RuParametrization.Dilation)(layout, size))),
    (p, x) => L2Ru.Convex(p["Share"][0], x, L2Ru.Core(L2RuParametrization.Dilation, p.Scope("Core"), x, L2RuCase.Gain)));
