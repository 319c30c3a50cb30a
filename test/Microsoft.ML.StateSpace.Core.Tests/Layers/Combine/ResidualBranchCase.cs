using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>Branches with a norm before, behind, and without one.</summary>
internal static class ResidualBranchCase
{
    public static LruOptions Pre { get; } = new() { Normalization = LruNormalization.TiedL2 };

    public static LruOptions Post { get; } = Pre with { Norm = NormKind.RmsNorm,
        Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post, Nonlinearity = Nonlinearity.HalfGlu2 } };

    public static LruOptions Without { get; } = Pre with { Norm = NormKind.None };

    public static LruOptions PostWithout { get; } = Without with { Scaffold = new GluScaffold { NormPlacement = NormPlacement.Post } };

    public static Func<ParameterLayout, int, Layer> Create(LruOptions options) => (layout, size) =>
    {
        Layer? norm = options.ChosenNorm switch
        {
            NormKind.LayerNorm => layout.Scope("Norm", () => new LayerNorm(layout, size)),
            NormKind.RmsNorm => layout.Scope("Norm", () => new RmsNorm(layout, size)),
            _ => null,
        };
        var core = layout.Scope("Core", () => new Lru(layout, options, size, size + 2, bidirectional: false));
        var glu = (GluScaffold)options.ChosenScaffold;
        var map = layout.Scope("Map", () => new Glu(layout, glu.Nonlinearity, size, 0, 0));
        bool isPre = glu.NormPlacement == NormPlacement.Pre;
        return new ResidualBranch(isPre ? norm : null, core, map, isPre ? null : norm);
    };

    public static SequenceMap Oracle(LruOptions options)
        => new ModelOracle(
            new SequenceModelOptions { Task = SequenceTask.Classification, Inputs = 1, Outputs = 2, Architecture = options }).Block;
}
