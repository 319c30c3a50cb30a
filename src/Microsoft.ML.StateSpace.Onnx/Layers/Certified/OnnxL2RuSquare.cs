using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="L2RuSquare"/>: <c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c> with dense A. Over whole sequences all chunks of
/// <see cref="Chunk"/> steps run side by side from zero; then a recurrence over the chunks carries their last states on, and what comes in
/// from before a chunk is one product with the powers of A.
/// </summary>
internal sealed class OnnxL2RuSquare(L2RuSquare core) : IOnnxLayer
{
    private const int Doublings = 5, Chunk = 1 << Doublings;

    public Value Apply(OnnxPass pass, Value input)
    {
        int size = core.InputSize;
        var v = input.MatMul(Transposed(pass, "B", core.B.Of(pass.Prepared)));
        var a = Transposed(pass, "A", core.A.Of(pass.Prepared));
        var x = pass is WholePass whole
            ? Chunked(whole, pass.Late(v, size), a)
            : pass.Recur([size], v, (state, row) => (state.MatMul(a) + row, state));
        return x.MatMul(pass.Transposed(core.C)) + input.MatMul(Transposed(pass, "D", core.D.Of(pass.Prepared)));
    }

    private Value Transposed(OnnxPass pass, string name, ReadOnlySpan<float> matrix)
        => pass.Transposed(name, matrix, core.InputSize, core.InputSize);

    // x_t = A x_{t-1} + v_t
    private Value Chunked(WholePass pass, Value v, Value a)
    {
        int size = core.InputSize;
        var chunks = pass.Chunked(v, Chunk, size);
        var inner = pass.Recur([size], chunks.Reshape(-1, Chunk, size), (state, row) => Twice(state.MatMul(a) + row))
            .Reshape(chunks.Shape());
        var (powers, last) = Powers(a);
        var before = pass.Recur([size], inner.Slice(2, Chunk - 1).Squeeze(2), (state, end) => (state.MatMul(last) + end, state));
        return pass.Unchunked(inner + before.MatMul(powers).Reshape(0, 0, Chunk, size), size);
    }

    private static (Value, Value) Twice(Value next) => (next, next);

    // A', A'^2, ..., A'^Chunk side by side, and the last of them.
    private static (Value All, Value Last) Powers(Value a)
    {
        Value all = a, last = a;
        for (int i = 0; i < Doublings; i++)
        {
            all = Value.Concat(-1, all, last.MatMul(all));
            last = last.MatMul(last);
        }
        return (all, last);
    }
}
