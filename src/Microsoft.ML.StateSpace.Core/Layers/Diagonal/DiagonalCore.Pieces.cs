using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Rows of windows and pieces.</content>
internal abstract partial class DiagonalCore
{
    // The inputs of the first direction. The state before a window stands before them, and the scan begins there.
    private Span<float> InputRows(in Pass pass, Span<float> kept)
        => pass.Continues ? kept.Slice(Width, pass.Rows * Width) : _rows.Inputs(kept, pass.Rows, 0);

    // What the output sees.
    private Span<float> StatesOf(in Pass pass, Span<float> kept, int direction)
        => direction == 0 && !IsPre ? InputRows(pass, kept) : _rows.States(kept, pass.Rows, direction);

    // Adds what comes from behind a piece to the gradients of its states, and then what follows for the poles.
    private void CompletePiece(in Pass pass, ReadOnlySpan<float> kept, int direction, in Gradients gradients)
    {
        int rows = pass.Rows;
        ReadOnlySpan<float> x = _rows.States(kept, rows, direction), before = _rows.Edge(kept, rows, direction);
        Span<float> behind = _rows.Edge(pass.Scratch, rows, direction), dlambda = Lambda.Of(gradients.Prepared);
        if (IsPre)
        {
            // The step into the piece belongs to the piece before it, and the step out of it to this one.
            var none = _rows.Row(_rows.End(pass, 0, direction), _rows.All(pass.Scratch, rows, direction));
            none.Clear();
            before = none;
            ScanCarry.AddGradient(behind, direction == 0 ? x[^Width..] : x[..Width], dlambda, 0, States);
        }
        ScanCarry.Backward(
            Lambda.Of((ReadOnlySpan<float>)pass.Weights.Prepared), x, before, behind, _rows.States(pass.Scratch, rows, direction), dlambda,
            reverse: direction == 1);
    }

    // In pre form an input acts on the state behind its row. The gradients of first states go nowhere, and those behind the last rows are
    // zero, or come from the next piece.
    private void SetBehind(in Pass pass, int direction)
    {
        var all = _rows.All(pass.Scratch, pass.Rows, direction);
        for (int s = 0; s < pass.Sequences; s++)
            _rows.Clear(_rows.End(pass, s, direction), all);
        if (pass.IsPiece)
            _rows.Edge(pass.Scratch, pass.Rows, direction).CopyTo(_rows.Row(_rows.End(pass, 0, direction), all));
    }

    private static Span<float> Conjugate(ReadOnlySpan<float> lambda, Span<float> conjugate)
    {
        lambda.CopyTo(conjugate);
        TensorPrimitives.Negate(lambda[(lambda.Length / 2)..], conjugate[(lambda.Length / 2)..]);
        return conjugate;
    }
}
