using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class LruTrainableTests()
    : CausalLayerLaws(CoreCase.Lru(LruNormalization.Trainable), (p, x) => Cores.Lru(p, x, LruNormalization.Trainable));

public class LruTiedL2Tests() : CausalLayerLaws(CoreCase.Lru(LruNormalization.TiedL2), (p, x) => Cores.Lru(p, x, LruNormalization.TiedL2));

public class LruTiedStaticTests()
    : CausalLayerLaws(CoreCase.Lru(LruNormalization.TiedStatic), (p, x) => Cores.Lru(p, x, LruNormalization.TiedStatic));

public class LruTrainableBidirectionalTests()
    : LayerLaws(CoreCase.Lru(LruNormalization.Trainable, twoWay: true), (p, x) => Cores.Lru(p, x, LruNormalization.Trainable));

public class LruTiedL2BidirectionalTests()
    : LayerLaws(CoreCase.Lru(LruNormalization.TiedL2, twoWay: true), (p, x) => Cores.Lru(p, x, LruNormalization.TiedL2));

public class LruTiedStaticBidirectionalTests()
    : LayerLaws(CoreCase.Lru(LruNormalization.TiedStatic, twoWay: true), (p, x) => Cores.Lru(p, x, LruNormalization.TiedStatic));

public class S5ZeroOrderHoldTests()
    : CausalLayerLaws(CoreCase.S5(Discretization.ZeroOrderHold), (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold));

public class S5BilinearTests() : CausalLayerLaws(CoreCase.S5(Discretization.Bilinear), (p, x) => Cores.S5(p, x, Discretization.Bilinear));

public class S5ZeroOrderHoldTwoWayTests()
    : LayerLaws(CoreCase.S5(Discretization.ZeroOrderHold, twoWay: true), (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold));

public class S5BilinearTwoWayTests()
    : LayerLaws(CoreCase.S5(Discretization.Bilinear, twoWay: true), (p, x) => Cores.S5(p, x, Discretization.Bilinear));

public class S6EulerTests()
    : CausalLayerLaws(CoreCase.S6(InputDiscretization.Euler), (p, x) => SelectiveCores.S6(p, x, InputDiscretization.Euler));

public class S6ZeroOrderHoldTests()
    : CausalLayerLaws(CoreCase.S6(InputDiscretization.ZeroOrderHold), (p, x) => SelectiveCores.S6(p, x, InputDiscretization.ZeroOrderHold));

public class LivZeroOrderHoldTests()
    : CausalLayerLaws(CoreCase.Liv(InputDiscretization.ZeroOrderHold),
        (p, x) => SelectiveCores.Liv(p, x, InputDiscretization.ZeroOrderHold).Outputs);

public class LivEulerTests()
    : CausalLayerLaws(CoreCase.Liv(InputDiscretization.Euler), (p, x) => SelectiveCores.Liv(p, x, InputDiscretization.Euler).Outputs);

public class IrregularS5ZeroOrderHoldTests()
    : CausalLayerLaws(CoreCase.IrregularS5(Discretization.ZeroOrderHold),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.ZeroOrderHold, intervals));

public class IrregularS5BilinearTests()
    : CausalLayerLaws(CoreCase.IrregularS5(Discretization.Bilinear),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.Bilinear, intervals));

public class IrregularS5ZeroOrderHoldTwoWayTests()
    : LayerLaws(CoreCase.IrregularS5(Discretization.ZeroOrderHold, twoWay: true),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.ZeroOrderHold, intervals));

public class IrregularS5BilinearTwoWayTests()
    : LayerLaws(CoreCase.IrregularS5(Discretization.Bilinear, twoWay: true),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.Bilinear, intervals));

public class LruTwiceRealPartTests()
    : CausalLayerLaws(CoreCase.LruTwiceRealPart(twoWay: false),
        (p, x) => Cores.Lru(p, x, LruNormalization.Trainable, LruOutputForm.TwiceRealPart));

public class LruTwiceRealPartBidirectionalTests()
    : LayerLaws(CoreCase.LruTwiceRealPart(twoWay: true),
        (p, x) => Cores.Lru(p, x, LruNormalization.Trainable, LruOutputForm.TwiceRealPart));

public class S5ClippedTests() : CausalLayerLaws(CoreCase.ClippedS5(twoWay: false), (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold));

public class S5ClippedTwoWayTests() : LayerLaws(CoreCase.ClippedS5(twoWay: true), (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold));

public class IrregularS5ClippedTests()
    : CausalLayerLaws(CoreCase.ClippedIrregularS5(twoWay: false),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.ZeroOrderHold, intervals));

public class IrregularS5ClippedTwoWayTests()
    : LayerLaws(CoreCase.ClippedIrregularS5(twoWay: true),
        (p, x, intervals) => Cores.IrregularS5(p, x, Discretization.ZeroOrderHold, intervals));
