namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class ResidualBranchPreNormTests()
    : CausalLayerLaws(ResidualBranchCase.Create(ResidualBranchCase.Pre), ResidualBranchCase.Oracle(ResidualBranchCase.Pre));

public class ResidualBranchPostNormTests()
    : CausalLayerLaws(ResidualBranchCase.Create(ResidualBranchCase.Post), ResidualBranchCase.Oracle(ResidualBranchCase.Post));

public class ResidualBranchWithoutNormTests()
    : CausalLayerLaws(ResidualBranchCase.Create(ResidualBranchCase.Without), ResidualBranchCase.Oracle(ResidualBranchCase.Without));

public class ResidualBranchPostWithoutNormTests()
    : CausalLayerLaws(ResidualBranchCase.Create(ResidualBranchCase.PostWithout), ResidualBranchCase.Oracle(ResidualBranchCase.PostWithout));
