using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="DiagonalCore"/>, which is LRU and S5: <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>, or in pre form
/// <c>y_t = Re(C x_{t-1}) + D u_t</c>. A bidirectional core scans from the end, too.
/// </summary>
internal sealed class OnnxDiagonalCore(DiagonalCore core) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int width = core.StateSize;
        var v = input.MatMul(pass.Transposed("B", core.InputMatrix.Of(pass.Prepared), width, core.InputSize));
        Value? y = FeedThrough(pass, input, core.FeedThrough);
        for (int d = 0; d < core.Directions; d++)
        {
            var x = DiagonalScan.Apply(pass, core.Lambda.Of(pass.Prepared), d == 0 ? v : pass.Reverse(v));
            var late = core.IsPre ? pass.Late(x, width) : x;
            var part = late.MatMul(pass.Transposed("C", core.OutputMatrices[d].Of(pass.Prepared), core.OutputSize, width));
            part = d == 0 ? part : pass.Reverse(part);
            y = y is null ? part : y + part;
        }
        return y!.Value;
    }

    /// <summary>D u; <see langword="null"/> where there is no D.</summary>
    public static Value? FeedThrough(OnnxPass pass, Value input, FeedThrough feedThrough) => feedThrough.Kind switch
    {
        FeedThroughKind.Diagonal => input * pass.Constant(feedThrough.Parameter!),
        FeedThroughKind.Dense => input.MatMul(pass.Transposed(feedThrough.Parameter!)),
        _ => null,
    };
}
