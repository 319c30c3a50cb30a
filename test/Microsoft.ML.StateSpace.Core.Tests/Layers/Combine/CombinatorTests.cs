using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class CausalConvolutionTests()
    : CausalLayerLaws((layout, size) => new CausalConvolution(layout, size, 4, Initialize.Normal(1)), Scaffolds.CausalConvolution);

public class ShiftTests() : CausalLayerLaws(
    (layout, size) => new CausalConvolution(layout, size, 40, Initialize.Normal(0.2), bias: false, feedThrough: true),
    Scaffolds.CausalConvolution);

public class OneTapTests()
    : CausalLayerLaws((layout, size) => new CausalConvolution(layout, size, 1, Initialize.Normal(1)), Scaffolds.CausalConvolution);

public class LinearWithoutBiasTests()
    : CausalLayerLaws((layout, size) => new Linear(layout, size, size + 3, bias: false), PositionWise.Linear);

public class GeluTests()
    : CausalLayerLaws((_, size) => new Activation(ActivationKind.Gelu, size), (_, x) => Scaffolds.Each(KernelOracle.Gelu, x));

public class SiluTests()
    : CausalLayerLaws((_, size) => new Activation(ActivationKind.Silu, size), (_, x) => Scaffolds.Each(KernelOracle.Silu, x));

public class TanhTests() : CausalLayerLaws((_, size) => new Activation(ActivationKind.Tanh, size), (_, x) => Scaffolds.Each(Math.Tanh, x));

public class EluTests()
    : CausalLayerLaws((_, size) => new Activation(ActivationKind.Elu, size), (_, x) => Scaffolds.Each(KernelOracle.Elu, x));

public class SequentialTests() : CausalLayerLaws(
    (layout, size) => new Sequential(
        layout.Scope("A", () => new Linear(layout, size, size + 1)),
        layout.Scope("B", () => new CausalConvolution(layout, size + 1, 4, Initialize.Normal(1))),
        new Activation(ActivationKind.Silu, size + 1),
        layout.Scope("C", () => CoreCase.Lru(LruNormalization.TiedL2)(layout, size + 1))),
    (p, x) => Cores.Lru(
        p.Scope("C"), Scaffolds.Each(KernelOracle.Silu, Scaffolds.CausalConvolution(p.Scope("B"), PositionWise.Linear(p.Scope("A"), x))),
        LruNormalization.TiedL2));

public class GatedProductTests() : CausalLayerLaws(
    (layout, size) => new GatedProduct(
        layout.Scope("A", () => new CausalConvolution(layout, size, 4, Initialize.Normal(1))),
        new Sequential(layout.Scope("B", () => new Linear(layout, size, size)), new Activation(ActivationKind.Gelu, size))),
    (p, x) => Scaffolds.Product(Scaffolds.CausalConvolution(p.Scope("A"), x),
        Scaffolds.Each(KernelOracle.Gelu, PositionWise.Linear(p.Scope("B"), x))));

public class GatedByAScanTests() : CausalLayerLaws(
    (layout, size) => new GatedProduct(
        layout.Scope("A", () => new CausalConvolution(layout, size, 4, Initialize.Normal(1))),
        layout.Scope("B", () => CoreCase.Lru(LruNormalization.TiedL2)(layout, size))),
    (p, x) => Scaffolds.Product(
        Scaffolds.CausalConvolution(p.Scope("A"), x), Cores.Lru(p.Scope("B"), x, LruNormalization.TiedL2)));

public class HeadOuterProductTests() : CausalLayerLaws(
    (layout, size) => new HeadOuterProduct(
        layout.Scope("A", () => new CausalConvolution(layout, 3 * size, 4, Initialize.Normal(1))),
        new Sequential(layout.Scope("B", () => new Linear(layout, 3 * size, 3 * size))), 3),
    (p, x) => HeadOracle.Outer(Scaffolds.CausalConvolution(p.Scope("A"), x), PositionWise.Linear(p.Scope("B"), x), 3));

public class HeadInnerProductTests() : CausalLayerLaws(
    (layout, size) => new HeadInnerProduct(
        new Sequential(
            layout.Scope("A", () => new CausalConvolution(layout, size, 4, Initialize.Normal(1))),
            layout.Scope("C", () => new Linear(layout, size, 4 * size))),
        new Sequential(layout.Scope("B", () => new Linear(layout, size, 2 * size))), 2),
    (p, x) => HeadOracle.Inner(
        PositionWise.Linear(p.Scope("C"), Scaffolds.CausalConvolution(p.Scope("A"), x)), PositionWise.Linear(p.Scope("B"), x), 2));

public class HeadCoreTests() : CausalLayerLaws(
    (layout, size) => new HeadCore(CoreCase.Lru(LruNormalization.TiedL2)(layout, size), 3),
    (p, x) => HeadOracle.Apart(x, 3, group => Cores.Lru(p, group, LruNormalization.TiedL2)));

public class PairDecoderTests() : CausalLayerLaws(
    (layout, size) => new PairDecoder(layout, size, size + 2, 3), ModelOracle.DecodePair);

public class BidirectionalTests() : LayerLaws(
    (layout, size) => new Bidirectional(
        layout.Scope("Forward", () => CoreCase.Lru(LruNormalization.TiedL2)(layout, size)),
        layout.Scope("Backward", () => CoreCase.Lru(LruNormalization.TiedL2)(layout, size))),
    (p, x) => Scaffolds.Bidirectional(p, x, (q, u) => Cores.Lru(q, u, LruNormalization.TiedL2)));

/// <summary>What combinators refuse, and what they must not do.</summary>
public class CombinatorTests
{
    [Fact]
    public void TwoWay_MakesNoSingleSteps()
    {
        var run = new LayerRun(layout => new Bidirectional(
            layout.Scope("Forward", () => new CausalConvolution(layout, 2, 2, Initialize.Normal(1))),
            layout.Scope("Backward", () => new CausalConvolution(layout, 2, 2, Initialize.Normal(1)))));
        Invoking(() => run.Step(new float[2], new float[2], [], run.StepScratch())).Should().ThrowExactly<InvalidOperationException>();
    }

    [Fact]
    public void TiedDropout_ClearsChannelsOfWholeSequences_AndItsGradientLikewise()
    {
        var run = new LayerRun(_ => new TiedDropout(64, new Dropout(0.5, 3))) { DropoutKey = 7 };
        float[] input = [.. Enumerable.Repeat(1f, 5 * 64)], output = run.Forward(input, 2, 3), inputGradient = new float[input.Length];
        output.Should().OnlyContain(value => value == 0 || value == 2);
        output.Should().Contain(0f);
        output.Should().Contain(2f);
        output[64..128].Should().BeBitwise(output[..64]);
        output[256..].Should().BeBitwise(output[128..192]);
        output[128..192].Should().NotEqual(output[..64]);
        run.Backward(input, inputGradient, new ParameterSet([]), [], LayerRun.Starts(2, 3));
        inputGradient.Should().BeBitwise(output);
    }
}
