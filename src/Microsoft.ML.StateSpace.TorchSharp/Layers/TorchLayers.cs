using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>Which tensor operations a layer of the model stands for: one line a layer.</summary>
internal static class TorchLayers
{
    public static ITorchLayer Of(Layer layer) => layer switch
    {
        Linear linear => new TorchLinear(linear),
        Embedding embedding => new TorchEmbedding(embedding),
        LayerNorm norm => new TorchLayerNorm(norm),
        RmsNorm norm => new TorchRmsNorm(norm),
        Activation activation => new TorchActivation(activation),
        TiedDropout dropout => new TorchDropout(dropout),
        Glu glu => new TorchGlu(glu),
        ResidualBranch branch => new TorchResidualBranch(branch),
        Sequential sequential => new TorchSequential(sequential),
        GatedProduct product => new TorchGatedProduct(product),
        Concat concat => new TorchConcat(concat),
        Bidirectional bidirectional => new TorchBidirectional(bidirectional),
        BoundedLinear linear => new TorchBoundedLinear(linear),
        ConvexBranch branch => new TorchConvexBranch(branch),
        Sandwich sandwich => new TorchSandwich(sandwich),
        S5 s5 => new TorchS5(s5),
        IrregularS5 s5 => new TorchIrregularS5(s5),
        S4D s4d => new TorchS4D(s4d),
        S4 s4 => new TorchS4(s4),
        Lru lru => new TorchLru(lru),
        L2RuDilation l2ru => new TorchL2RuDilation(l2ru),
        L2RuNonSquare l2ru => new TorchL2RuNonSquare(l2ru),
        L2RuSquare l2ru => new TorchL2RuSquare(l2ru),
        CausalConvolution convolution => new TorchCausalConvolution(convolution),
        BlockDiagonalLinear linear => new TorchBlockDiagonalLinear(linear),
        S6 s6 => new TorchS6(s6),
        SsdScan ssd => new TorchSsdScan(ssd),
        RgLru rgLru => new TorchRgLru(rgLru),
        Liv liv => new TorchLiv(liv),
        L2RuSelective l2ru => new TorchL2RuSelective(l2ru),
        _ => throw new NotSupportedException($"The TorchSharp engine cannot train {layer.GetType().Name}; leave TrainingOptions.Engine unset."),
    };
}
