using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The diagonal linear state space that LRU and S5 share once their parameters are prepared. It is in post form, in which the output sees
/// the input without delay: <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>. If bidirectional, the same recurrence also
/// runs from the end, with states x', and adds <c>Re(C2 x'_t)</c> to y_t.
/// Shapes: u, y (rows, H); x (rows, 2, N), real plane before imaginary plane; B (2N, H); C (H, 2N), which holds (Re C, -Im C), so that Re(C
/// x) is one real product.
/// Cost: 8 N H flops a row forward, and one pass over the states. Kept: the states.
/// </summary>
internal abstract partial class DiagonalCore : RecurrentLayer, ILinearCore
{
    public Parameter FeedThrough { get; }

    protected DiagonalCore(ParameterLayout layout, int size, int states, bool bidirectional)
    {
        InputSize = OutputSize = size;
        States = states;
        Directions = bidirectional ? 2 : 1;
        Lambda = layout.AddPrepared(2 * states);
        layout.AddPoles(Lambda);
        InputMatrix = layout.AddPrepared(2 * states * size);
        OutputMatrices = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddPrepared(2 * states * size))];
        FeedThrough = layout.Add("D", [size], ParameterGroup.Plain, Initialize.Normal(1));
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
    protected Slot Lambda { get; }

    /// <summary>B, (2N, H).</summary>
    protected Slot InputMatrix { get; }

    /// <summary>C of each direction, (H, 2N).</summary>
    protected Slot[] OutputMatrices { get; }

    // For each direction the states of all rows and the state before a piece.
    public override long KeptSize(long rows, long sequences) => Directions * (rows + 1) * Width;

    // For each direction the gradients of the states of all rows, and the gradient that comes from behind a piece. A step needs B u.
    public override long ScratchSize(long rows, long sequences) => Directions * (rows + 1) * Width;

    private int Width => 2 * States;

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = WindowRows(pass, kept);
        Gemm.Multiply(rows, Width, size, input, size, false, InputMatrix.Of(prepared), size, true, v, Width, accumulate: false);
        if (pass.Continues)
        {
            pass.State.CopyTo(kept);
            ComplexScan.Forward(Lambda.Of(prepared), kept[..((rows + 1) * Width)], reverse: false);
            return;
        }
        if (Directions == 2)
            v.CopyTo(Rows(kept, rows, 1));
        for (int d = 0; d < Directions; d++)
        {
            var x = Rows(kept, rows, d);
            for (int s = 0; s < pass.Sequences; s++)
                ComplexScan.Forward(Lambda.Of(prepared), x[(pass.Starts[s] * Width)..(pass.Starts[s + 1] * Width)], reverse: d == 1);
        }
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        var x = kept.Slice(d * rows * Width, rows * Width);
        var end = reverse ? x[..Width] : x[^Width..];
        ScanCarry.Next(Lambda.Of(weights.Prepared), false, rows, end, Edge(kept, rows, d), Edge(keptBehind, rowsBehind, d));
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        for (int d = 0; d < Directions; d++)
        {
            var x = d == 0 ? WindowRows(pass, kept) : Rows(kept, rows, d);
            if (pass.IsPiece)
                ScanCarry.Forward(Lambda.Of(prepared), Edge(kept, rows, d), x, reverse: d == 1);
            Gemm.Multiply(
                rows, size, Width,
                x, Width, false,
                OutputMatrices[d].Of(prepared), Width, true,
                output, size, accumulate: d == 1);
        }
        RowKernels.AddScaled(input, FeedThrough.Of(pass.Weights.Values), output);
        if (!pass.State.IsEmpty)
            WindowRows(pass, kept)[^Width..].CopyTo(pass.State);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> conjugate = pass.IsPiece ? stackalloc float[Width] : default;
        for (int d = 0; d < Directions; d++)
        {
            var x = kept.Slice(d * rows * Width, rows * Width);
            var ds = Rows(pass.Scratch, rows, d);
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
        var ds = scratch.Slice(d * rows * Width, rows * Width);
        var first = reverse ? ds[^Width..] : ds[..Width];
        ScanCarry.Next(Lambda.Of(weights.Prepared), true, rows, first, Edge(scratch, rows, d), Edge(scratchBefore, rowsBefore, d));
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        // y += D u
        RowKernels.AddProductSum(outputGradient, input, FeedThrough.Of(gradients.Values));
        RowKernels.AddScaled(outputGradient, FeedThrough.Of(pass.Weights.Values), inputGradient);
        for (int d = 0; d < Directions && pass.IsPiece; d++)
        {
            ScanCarry.Backward(
                Lambda.Of(prepared), kept.Slice(d * rows * Width, rows * Width), Edge(kept, rows, d),
                Edge(pass.Scratch, rows, d), Rows(pass.Scratch, rows, d), Lambda.Of(gradients.Prepared), reverse: d == 1);
        }
        AddSums(pass, input, kept);
        var dv = Rows(pass.Scratch, rows, 0);
        if (Directions == 2)
            TensorPrimitives.Add(dv, Rows(pass.Scratch, rows, 1), dv);
        // v = B u
        Gemm.Multiply(Width, size, rows, dv, Width, true, input, size, false, InputMatrix.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, Width, dv, Width, false, InputMatrix.Of(prepared), size, false, inputGradient, size, accumulate: true);
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch)
        => keptOrScratch.Slice(Directions * rows * Width, Directions * Width).Clear();

    // The rows of one direction. After the rows of all directions come the edges: for each direction (2, N) what the neighbouring piece
    // handed over.
    private Span<float> Rows(Span<float> memory, int rows, int direction) => memory.Slice(direction * rows * Width, rows * Width);

    // The rows of the first direction. The state before a window stands before them, and the scan begins there.
    private Span<float> WindowRows(in Pass pass, Span<float> kept) => kept.Slice(pass.Continues ? Width : 0, pass.Rows * Width);

    private Span<float> Edge(Span<float> memory, int rows, int direction) => memory.Slice((Directions * rows + direction) * Width, Width);

    private ReadOnlySpan<float> Edge(ReadOnlySpan<float> memory, int rows, int direction)
        => memory.Slice((Directions * rows + direction) * Width, Width);

    private static Span<float> Conjugate(ReadOnlySpan<float> lambda, Span<float> conjugate)
    {
        lambda.CopyTo(conjugate);
        TensorPrimitives.Negate(lambda[(lambda.Length / 2)..], conjugate[(lambda.Length / 2)..]);
        return conjugate;
    }

    // (A, B, C, D) in post form is (A, B, C A, C B + D) in pre form.
    public void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d)
    {
        ReadOnlySpan<float> prepared = weights.Prepared, lambda = Lambda.Of(prepared), feedThrough = FeedThrough.Of(weights.Values);
        for (int n = 0; n < States; n++)
        {
            a[n, n] = a[States + n, States + n] = lambda[n];
            (a[n, States + n], a[States + n, n]) = (-lambda[States + n], lambda[States + n]);
        }
        b.Set(InputMatrix.Of(prepared));
        var readOut = new Matrix(OutputSize, Order);
        readOut.Set(OutputMatrices[0].Of(prepared));
        c.AddProduct(readOut, a);
        d.AddProduct(readOut, b);
        for (int h = 0; h < OutputSize; h++)
            d[h, h] += feedThrough[h];
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = pass.Scratch[..(2 * States)];
        MatrixVector.Multiply(InputMatrix.Of(prepared), input, default, v);
        ComplexStep.Run(Lambda.Of(prepared), v, state);
        MatrixVector.Multiply(OutputMatrices[0].Of(prepared), state, default, output);
        RowKernels.AddScaled(input, FeedThrough.Of(pass.Weights.Values), output);
    }
}
