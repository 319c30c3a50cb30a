namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class BlockPreNormTests() : CausalLayerLaws(BlockCase.Create(BlockCase.Pre), BlockCase.Oracle(BlockCase.Pre));

public class BlockPostNormTests() : CausalLayerLaws(BlockCase.Create(BlockCase.Post), BlockCase.Oracle(BlockCase.Post));

public class BlockWithoutNormTests() : CausalLayerLaws(BlockCase.Create(BlockCase.Without), BlockCase.Oracle(BlockCase.Without));

public class BlockPostWithoutNormTests() : CausalLayerLaws(BlockCase.Create(BlockCase.PostWithout), BlockCase.Oracle(BlockCase.PostWithout));
