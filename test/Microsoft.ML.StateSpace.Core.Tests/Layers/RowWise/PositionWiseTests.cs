using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class LinearTests() : CausalLayerLaws((layout, size) => new Linear(layout, size, size + 3), PositionWise.Linear);

public class LayerNormTests()
    : CausalLayerLaws((layout, size) => new LayerNorm(layout, size), (p, x) => PositionWise.LayerNorm(p, x, 1e-5));

public class RmsNormTests() : CausalLayerLaws((layout, size) => new RmsNorm(layout, size), (p, x) => PositionWise.RmsNorm(p, x, 1e-5));

public class AffineTests() : CausalLayerLaws((layout, size) => new Affine(layout, size), PositionWise.Affine);

public class WideEpsilonTests()
    : CausalLayerLaws((layout, size) => new LayerNorm(layout, size, 0.3), (p, x) => PositionWise.LayerNorm(p, x, 0.3));

public class WideRmsEpsilonTests()
    : CausalLayerLaws((layout, size) => new RmsNorm(layout, size, 0.3), (p, x) => PositionWise.RmsNorm(p, x, 0.3));

public class SoftCapTests() : CausalLayerLaws(
    (layout, size) => new SoftCap(new Linear(layout, size, size + 3), 0.7),
    (p, x) => Scaffolds.Each(value => 0.7 * Math.Tanh(value / 0.7), PositionWise.Linear(p, x)));

public class EmbeddingTests()
    : CausalLayerLaws((layout, size) => new Embedding(layout, Vocabulary, size),
        (p, x) => PositionWise.Embedding(p, x, p["Table"].Length / Vocabulary))
{
    private const int Vocabulary = 6;

    private protected override bool HasInputGradient => false;

    // Tokens of the table, one below it and one above.
    private protected override float[] DrawInput(LayerRun run, int rows)
        => [.. Draw.Uniform(rows, -1, Vocabulary + 1, 5).Select(MathF.Floor)];

    [Fact]
    public void Forward_PassesNaNOn()
    {
        float[] output = new LayerRun(layout => new Embedding(layout, Vocabulary, 3)).Forward([float.NaN], 1);
        output.Should().OnlyContain(value => float.IsNaN(value));
    }
}

public class GeluMapTests()
    : CausalLayerLaws((layout, size) => new Glu(layout, Nonlinearity.Gelu, size, 0, 0),
        (p, x) => PositionWise.Glu(p, x, Nonlinearity.Gelu));

public class ExactGeluTests()
    : CausalLayerLaws((layout, size) => new Glu(layout, Nonlinearity.HalfGlu2, size, 0, 0, GeluForm.Exact),
        (p, x) => PositionWise.Glu(p, x, Nonlinearity.HalfGlu2, gelu: GeluForm.Exact));

public class FullGluTests()
    : CausalLayerLaws((layout, size) => new Glu(layout, Nonlinearity.FullGlu, size, 0, 0),
        (p, x) => PositionWise.Glu(p, x, Nonlinearity.FullGlu));

public class HalfGlu1Tests()
    : CausalLayerLaws((layout, size) => new Glu(layout, Nonlinearity.HalfGlu1, size, 0, 0),
        (p, x) => PositionWise.Glu(p, x, Nonlinearity.HalfGlu1));

public class HalfGlu2Tests()
    : CausalLayerLaws((layout, size) => new Glu(layout, Nonlinearity.HalfGlu2, size, 0, 0),
        (p, x) => PositionWise.Glu(p, x, Nonlinearity.HalfGlu2));
