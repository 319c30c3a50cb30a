using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The diagonal linear state space that LRU and S5 share once their parameters are prepared. In post form the output sees the input without
/// delay: <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>. In pre form it sees the state before the update:
/// <c>x_{t+1} = lambda x_t + B u_t</c>. If bidirectional, the same recurrence also runs from the end, with states x', and adds
/// <c>Re(C2 x'_t)</c> to y_t.
/// Shapes: u (rows, H), y (rows, outputs), as many as inputs unless asked otherwise; x (rows, 2, N), real plane before imaginary plane;
/// B (2N, H); C (outputs, 2N), which holds (Re C, -Im C), so that Re(C x) is one real product.
/// Cost: 8 N H flops a row forward, and one pass over the states. Kept: the states.
/// </summary>
internal abstract partial class DiagonalCore : RecurrentLayer, ILinearCore
{
    public FeedThrough FeedThrough { get; }

    /// <summary>Whether the output sees the state before the update.</summary>
    public bool IsPre => _rows.IsPre;

    private readonly StateRows _rows;

    protected DiagonalCore(ParameterLayout layout, DiagonalShape shape, bool bidirectional)
    {
        (InputSize, OutputSize, States) = (shape.Inputs, shape.Outputs, shape.States);
        Directions = bidirectional ? 2 : 1;
        _rows = new StateRows(shape.Form, 2 * States, Directions);
        Lambda = layout.AddPrepared(2 * States);
        layout.AddPoles(Lambda);
        InputMatrix = layout.AddPrepared(2 * States * InputSize);
        OutputMatrices = layout.AddPrepared(2 * States * OutputSize, Directions);
        FeedThrough = new FeedThrough(layout, shape.FeedThrough, InputSize, OutputSize);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => 2 * States;

    public int Order => 2 * States;

    /// <summary>N.</summary>
    public int States { get; }

    /// <summary>1, or 2 when the sequence is also read backwards.</summary>
    public int Directions { get; }

    /// <summary>lambda, (2, N).</summary>
    public Slot Lambda { get; }

    /// <summary>B, (2N, H).</summary>
    public Slot InputMatrix { get; }

    /// <summary>C of each direction, (outputs, 2N).</summary>
    public Slot[] OutputMatrices { get; }

    // For each direction the states of all rows and the state before a piece.
    public override long KeptSize(long rows, long sequences) => Directions * (_rows.Size(rows) + Width);

    // For each direction the gradients of the states of all rows, and the gradient that comes from behind a piece. A step needs B u, D u.
    public override long ScratchSize(long rows, long sequences)
        => Directions * (_rows.Size(rows) + Width) + FeedThrough.StepScratch;

    private int Width => 2 * States;

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = InputRows(pass, kept);
        Gemm.Multiply(rows, Width, size, input, size, false, InputMatrix.Of(prepared), size, true, v, Width, accumulate: false);
        if (pass.Continues)
        {
            pass.State.CopyTo(kept);
            ComplexScan.Forward(Lambda.Of(prepared), kept[..((rows + 1) * Width)], reverse: false);
            return;
        }
        if (Directions == 2)
            v.CopyTo(_rows.Inputs(kept, rows, 1));
        for (int d = 0; d < Directions; d++)
        {
            var x = _rows.All(kept, rows, d);
            for (int s = 0; s < pass.Sequences; s++)
                _rows.Clear(_rows.Start(pass, s, d), x);
            for (int s = 0; s < pass.Sequences; s++)
                ComplexScan.Forward(Lambda.Of(prepared), x[_rows.Scanned(pass, s, d)], reverse: d == 1);
        }
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        var x = _rows.All(kept, rows, d);
        var end = reverse ? x[..Width] : x[^Width..];
        ScanCarry.Next(Lambda.Of(weights.Prepared), false, rows, end, _rows.Edge(kept, rows, d), _rows.Edge(keptBehind, rowsBehind, d));
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, size = OutputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        for (int d = 0; d < Directions; d++)
        {
            if (pass.IsPiece)
            {
                // The first row of a piece in pre form is the state before it, which those behind it lack.
                Span<float> before = _rows.Edge(kept, rows, d), inputs = _rows.Inputs(kept, rows, d);
                if (IsPre)
                    before.CopyTo(_rows.Row(_rows.Start(pass, 0, d), _rows.All(kept, rows, d)));
                ScanCarry.Forward(Lambda.Of(prepared), before, inputs, reverse: d == 1);
            }
            Gemm.Multiply(
                rows, size, Width,
                StatesOf(pass, kept, d), Width, false,
                OutputMatrices[d].Of(prepared), Width, true,
                output, size, accumulate: d == 1);
        }
        FeedThrough.Add(pass.Weights, input, output);
        if (!pass.State.IsEmpty)
            InputRows(pass, kept)[^Width..].CopyTo(pass.State);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = OutputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> conjugate = pass.IsPiece ? stackalloc float[Width] : default;
        for (int d = 0; d < Directions; d++)
        {
            var x = _rows.States(kept, rows, d);
            var ds = _rows.States(pass.Scratch, rows, d);
            // y += Re(C x)
            Gemm.Multiply(
                rows, Width, size,
                outputGradient, size, false,
                OutputMatrices[d].Of(prepared), Width, false,
                ds, Width, accumulate: false);
            Gemm.Multiply(
                size, Width, rows,
                outputGradient, size, true,
                x, Width, false,
                OutputMatrices[d].Of(gradients.Prepared), Width, accumulate: true);
            // x_t = lambda x_{t-1} + v_t
            if (pass.IsPiece)
            {
                ComplexScan.Forward(Conjugate(Lambda.Of(prepared), conjugate), ds, reverse: d == 0);
                continue;
            }
            for (int s = 0; s < pass.Sequences; s++)
            {
                var range = (pass.Starts[s] * Width)..(pass.Starts[s + 1] * Width);
                ComplexScan.Backward(Lambda.Of(prepared), x[range], ds[range], Lambda.Of(gradients.Prepared), reverse: d == 1);
            }
        }
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        var ds = _rows.States(scratch, rows, d);
        var first = reverse ? ds[^Width..] : ds[..Width];
        ScanCarry.Next(
            Lambda.Of(weights.Prepared), true, rows, first, _rows.Edge(scratch, rows, d), _rows.Edge(scratchBefore, rowsBefore, d));
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        FeedThrough.Backward(pass.Weights, input, outputGradient, inputGradient, gradients);
        for (int d = 0; d < Directions && pass.IsPiece; d++)
            CompletePiece(pass, kept, d, gradients);
        for (int d = 0; d < Directions; d++)
            pass.Observer?.See(Lambda, 0, d, _rows.States(kept, rows, d), _rows.States(pass.Scratch, rows, d));
        for (int d = 0; d < Directions && IsPre; d++)
            SetBehind(pass, d);
        AddSums(pass, input, kept);
        var dv = _rows.Inputs(pass.Scratch, rows, 0);
        if (Directions == 2)
            TensorPrimitives.Add(dv, _rows.Inputs(pass.Scratch, rows, 1), dv);
        // v = B u
        Gemm.Multiply(Width, size, rows, dv, Width, true, input, size, false, InputMatrix.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, Width, dv, Width, false, InputMatrix.Of(prepared), size, false, inputGradient, size, accumulate: true);
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => _rows.ClearEdges(rows, keptOrScratch);

    // (A, B, C, D) in post form is (A, B, C A, C B + D) in pre form.
    public void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d) => WriteSystem(weights, 0, a, b, c, d);

    /// <summary>As <see cref="ILinearCore.WriteSystem"/>, for a direction; D belongs to the first one.</summary>
    public void WriteSystem(in Weights weights, int direction, Matrix a, Matrix b, Matrix c, Matrix d)
    {
        ReadOnlySpan<float> prepared = weights.Prepared, lambda = Lambda.Of(prepared);
        for (int n = 0; n < States; n++)
        {
            a[n, n] = a[States + n, States + n] = lambda[n];
            (a[n, States + n], a[States + n, n]) = (-lambda[States + n], lambda[States + n]);
        }
        b.Set(InputMatrix.Of(prepared));
        var readOut = new Matrix(OutputSize, Order);
        readOut.Set(OutputMatrices[direction].Of(prepared));
        if (IsPre)
        {
            c.Set(readOut);
        }
        else
        {
            c.AddProduct(readOut, a);
            d.AddProduct(readOut, b);
        }
        if (direction == 0)
            FeedThrough.AddTo(weights.Values, d);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = pass.Scratch[..Width];
        MatrixVector.Multiply(InputMatrix.Of(prepared), input, default, v);
        if (IsPre)
            MatrixVector.Multiply(OutputMatrices[0].Of(prepared), state, default, output);
        ComplexStep.Run(Lambda.Of(prepared), v, state);
        if (!IsPre)
            MatrixVector.Multiply(OutputMatrices[0].Of(prepared), state, default, output);
        FeedThrough.Step(pass.Weights, input, output, pass.Scratch[Width..]);
    }

    public override long StepEachScratchSize(int streams) => 2L * streams * Width;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> v = pass.Scratch[..(streams * Width)], x = pass.Scratch.Slice(streams * Width, streams * Width);
        Gemm.Multiply(
            streams, Width, InputSize, input, InputSize, false, InputMatrix.Of(prepared), InputSize, true, v, Width, accumulate: false);
        if (IsPre)
            states.CopyTo(x, Width);
        for (int i = 0; i < streams; i++)
            ComplexStep.Run(Lambda.Of(prepared), v.Slice(i * Width, Width), states.Of(i, Width));
        if (!IsPre)
            states.CopyTo(x, Width);
        Gemm.Multiply(
            streams, OutputSize, Width, x, Width, false, OutputMatrices[0].Of(prepared), Width, true, output, OutputSize,
            accumulate: false);
        FeedThrough.Add(pass.Weights, input, output);
    }
}
