using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <see cref="S5"/> for time steps that are not equally far apart. Step t has the step size <c>s dt_t</c>, where dt_t is the time since the
/// previous step in units of the reference sampling time. Zero-order hold and the bilinear map both have <c>f = (lb - 1) / Lambda</c>. With
/// <c>E_t = lb_t - 1</c> and <c>w = (B / Lambda) u</c> the recurrence is therefore
/// <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>. If bidirectional, a scan from the end, which uses the time
/// to the following step, adds <c>2 Re(C2 x'_t)</c>. In pre form an input acts from its step to the next one in the direction of the scan,
/// <c>x_{t+1} = x_t + E_{t+1} (x_t + w_t)</c>: the two scans change their intervals, and a state of a stream is (x_t, w_t).
/// Source: as S5, section 6.3 (irregular sampling). Shapes and parameters: as S5, which is the case of dt = 1 everywhere; w and x are
/// (rows, 2, N).
/// Cost: 8 N H flops a row forward, and for E some 60 operations a state and row in each pass. Kept: w and the states.
/// </summary>
internal sealed partial class IrregularS5 : RecurrentLayer
{
    private const double LargestZeta = 1e15;

    public Discretization Discretization { get; }

    public S5Parameters Parameters { get; }

    public FeedThrough FeedThrough { get; }

    /// <summary>Whether the output sees the state before the update.</summary>
    public bool IsPre => _rows.IsPre;

    /// <summary>Lambda s, (2, N).</summary>
    public Slot Zeta { get; }

    /// <summary>B / Lambda, (2N, H).</summary>
    public Slot InputMatrix { get; }

    /// <summary>2 C of each direction, (H, 2N).</summary>
    public Slot[] OutputMatrices { get; }

    private readonly StateRows _rows;

    private readonly int _states;
    private readonly int _directions;

    public IrregularS5(ParameterLayout layout, S5Options options, int size, int states, bool bidirectional, int? outputs = null)
    {
        (InputSize, OutputSize) = (size, outputs ?? size);
        (Discretization, _states, _directions) = (options.Discretization, states, bidirectional ? 2 : 1);
        Zeta = layout.AddPrepared(Width);
        InputMatrix = layout.AddPrepared(Width * size);
        OutputMatrices = layout.AddPrepared(Width * OutputSize, _directions);
        _rows = new StateRows(options.Form, Width, _directions);
        FeedThrough = new FeedThrough(layout, options.FeedThrough, InputSize, OutputSize);
        Parameters = new S5Parameters(layout, options, (size, OutputSize), states, _directions);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => IsPre ? 2 * Width : Width;

    private int Width => 2 * _states;

    // The edges of a piece, w, and the states of each direction.
    public override long KeptSize(long rows, long sequences) => EdgesSize + rows * Width + _directions * _rows.Size(rows);

    // The edges of a piece and the gradients of the states of each direction. A step needs w.
    public override long ScratchSize(long rows, long sequences)
        => EdgesSize + _directions * _rows.Size(rows) + FeedThrough.StepScratch;

    public override void Prepare(in Weights weights)
    {
        var zeta = Zeta.Of(weights.Prepared);
        for (int n = 0; n < _states; n++)
        {
            Complex lambda = Parameters.Lambda(weights.Values, n), product = lambda * Parameters.Step(weights.Values, n);
            zeta[n] = (float)Math.Max(product.Real, -LargestZeta);
            zeta[_states + n] = (float)Math.Clamp(product.Imaginary, -LargestZeta, LargestZeta);
            Parameters.ScaleInput(weights.Values, n, 1 / lambda, InputMatrix.Of(weights.Prepared));
        }
        for (int d = 0; d < _directions; d++)
            ReadOut.Prepare(Parameters.C[d].Of(weights.Values), OutputMatrices[d].Of(weights.Prepared), _states, 2);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        ReadOnlySpan<float> dzeta = Zeta.Of(gradients.Prepared);
        for (int n = 0; n < _states; n++)
        {
            Complex lambda = Parameters.Lambda(weights.Values, n), inverse = 1 / lambda;
            double step = Parameters.Step(weights.Values, n);
            var dinverse = Parameters.ScaleInputBackward(weights.Values, n, inverse, InputMatrix.Of(gradients.Prepared), gradients.Values);
            var dz = new Complex(dzeta[n], dzeta[_states + n]);
            // zeta = Lambda s, inverse = 1 / Lambda
            Complex dLambda = step * dz - Complex.Conjugate(inverse * inverse) * dinverse;
            Parameters.AddGradient(weights.Values, n, dLambda, (Complex.Conjugate(lambda) * dz).Real, gradients.Values);
        }
        for (int d = 0; d < _directions; d++)
            ReadOut.PrepareBackward(OutputMatrices[d].Of(gradients.Prepared), Parameters.C[d].Of(gradients.Values), _states, 2);
    }

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        Debug.Assert(
            pass.Intervals.Length == pass.Rows && (_directions == 1 && !IsPre || pass.IntervalsBehind.Length == pass.Rows),
            "every row has its interval");
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var w = Inputs(kept, rows);
        Gemm.Multiply(rows, Width, size, input, size, false, InputMatrix.Of(prepared), size, true, w, Width, accumulate: false);
        for (int d = 0; d < _directions && pass.IsPiece; d++)
            IrregularScanCarry.ForwardEnd(
                Discretization, Zeta.Of(prepared), Intervals(pass, d), w, End(kept, d), Product(kept, d), reverse: d == 1);
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => Carry(kept, keptBehind, reverse);

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, size = OutputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        for (int d = 0; d < _directions; d++)
        {
            for (int s = 0; s < pass.Sequences; s++)
            {
                if (IsPre)
                    ScanPre(pass, kept, d, s);
                else
                    Scan(pass, kept, d, s);
            }
            Gemm.Multiply(
                rows, size, Width,
                _rows.States(Scanned(kept, rows), rows, d), Width, false,
                OutputMatrices[d].Of(prepared), Width, true,
                output, size, accumulate: d == 1);
        }
        FeedThrough.Add(pass.Weights, input, output);
        if (pass.State.IsEmpty)
            return;
        _rows.States(Scanned(kept, rows), rows, 0)[^Width..].CopyTo(pass.State);
        if (IsPre)
            Inputs(kept, rows)[^Width..].CopyTo(pass.State[Width..]);
    }

    private void Scan(in Pass pass, Span<float> kept, int direction, int sequence)
    {
        var (steps, values) = Range(pass, sequence);
        IrregularScan.Forward(
            Discretization, Zeta.Of((ReadOnlySpan<float>)pass.Weights.Prepared), Intervals(pass, direction)[steps],
            Inputs(kept, pass.Rows)[values], pass.IsPiece ? Edge(kept, direction) : pass.Continues ? pass.State : default,
            _rows.States(Scanned(kept, pass.Rows), pass.Rows, direction)[values], reverse: direction == 1);
    }

    // The first state of a sequence in the direction of the scan is given; every row but the last leads to one more. The interval before
    // the first row changes no state of zeros, unless it is not a number: then no answer is one, as in a stream.
    private void ScanPre(in Pass pass, Span<float> kept, int direction, int sequence)
    {
        ReadOnlySpan<float> zeta = Zeta.Of((ReadOnlySpan<float>)pass.Weights.Prepared);
        var all = _rows.All(Scanned(kept, pass.Rows), pass.Rows, direction);
        var first = _rows.Row(_rows.Start(pass, sequence, direction), all);
        if (pass.IsPiece)
            Edge(kept, direction).CopyTo(first);
        else if (pass.Continues)
            IrregularScan.Forward(
                Discretization, zeta, pass.Intervals[..1], pass.State[Width..], pass.State[..Width], first, reverse: false);
        else
            first.Fill(direction == 0 && float.IsNaN(pass.Intervals[pass.Starts[sequence]]) ? float.NaN : 0);
        int start = pass.Starts[sequence], end = pass.Starts[sequence + 1];
        var steps = direction == 0 ? start..(end - 1) : (start + 1)..end;
        var states = all[((start + 1) * Width)..(end * Width)];
        IrregularScan.Forward(
            Discretization, zeta, Intervals(pass, direction)[steps],
            Inputs(kept, pass.Rows)[(steps.Start.Value * Width)..(steps.End.Value * Width)], first, states, reverse: direction == 1);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = OutputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        for (int d = 0; d < _directions; d++)
        {
            var scratch = pass.Scratch[EdgesSize..];
            var ds = _rows.States(scratch, rows, d);
            // y += Re(C x)
            Gemm.Multiply(
                rows, Width, size,
                outputGradient, size, false,
                OutputMatrices[d].Of(prepared), Width, false,
                ds, Width, accumulate: false);
            Gemm.Multiply(
                size, Width, rows,
                outputGradient, size, true,
                _rows.States(Scanned(kept, rows), rows, d), Width, false,
                OutputMatrices[d].Of(gradients.Prepared), Width, accumulate: true);
            if (IsPre)
                for (int s = 0; s < pass.Sequences; s++)
                    _rows.Clear(_rows.End(pass, s, d), _rows.All(scratch, rows, d));
            if (!pass.IsPiece)
                continue;
            var end = End(pass.Scratch, d);
            IrregularScanCarry.BackwardEnd(
                Discretization, Zeta.Of(prepared), Intervals(pass, d), _rows.Inputs(scratch, rows, d), end, Product(pass.Scratch, d),
                reverse: d == 1);
            // In pre form the first state is an output of the piece before.
            if (IsPre)
                TensorPrimitives.Add(end, _rows.Row(_rows.Start(pass, 0, d), _rows.All(scratch, rows, d)), end);
        }
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => Carry(scratch, scratchBefore, reverse);

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        FeedThrough.Backward(pass.Weights, input, outputGradient, inputGradient, gradients);
        // x_t = x_{t-1} + E_t (x_{t-1} + w_t), or in pre form x_{t+1} = x_t + E_{t+1} (x_t + w_t)
        var scratch = pass.Scratch[EdgesSize..];
        for (int d = 0; d < _directions; d++)
        {
            var ds = _rows.Inputs(scratch, rows, d);
            ReadOnlySpan<float> w = Inputs(kept, rows), x = _rows.Inputs(Scanned(kept, rows), rows, d),
                behind = pass.IsPiece && !IsPre ? Edge(pass.Scratch, d) : default;
            if (pass.IsPiece && IsPre)
                Edge(pass.Scratch, d).CopyTo(_rows.Row(_rows.End(pass, 0, d), _rows.All(scratch, rows, d)));
            for (int s = 0; s < pass.Sequences; s++)
            {
                var (sequence, values) = Range(pass, s);
                ReadOnlySpan<float> before = IsPre ? _rows.Row(_rows.Start(pass, s, d), _rows.All(Scanned(kept, rows), rows, d))
                    : pass.IsPiece ? Edge(kept, d) : default;
                IrregularScan.Backward(
                    Discretization, Zeta.Of(prepared), Intervals(pass, d)[sequence], w[values], before,
                    x[values], behind, ds[values], Zeta.Of(gradients.Prepared), reverse: d == 1);
            }
        }
        var dw = _rows.Inputs(scratch, rows, 0);
        if (_directions == 2)
            TensorPrimitives.Add(dw, _rows.Inputs(scratch, rows, 1), dw);
        // w = (B / Lambda) u
        Gemm.Multiply(Width, size, rows, dw, Width, true, input, size, false, InputMatrix.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, Width, dw, Width, false, InputMatrix.Of(prepared), size, false, inputGradient, size, accumulate: true);
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => keptOrScratch[..(_directions * Width)].Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        Debug.Assert(pass.Intervals.Length == 1, "the step has its interval");
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var w = pass.Scratch[..Width];
        MatrixVector.Multiply(InputMatrix.Of(prepared), input, default, w);
        var x = state[..Width];
        IrregularScan.Forward(Discretization, Zeta.Of(prepared), pass.Intervals, IsPre ? state[Width..] : w, x, x, reverse: false);
        if (IsPre)
            w.CopyTo(state[Width..]);
        MatrixVector.Multiply(OutputMatrices[0].Of(prepared), x, default, output);
        FeedThrough.Step(pass.Weights, input, output, pass.Scratch[Width..]);
    }

    public override long StepEachScratchSize(int streams) => 2L * streams * Width;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> w = pass.Scratch[..(streams * Width)], x = pass.Scratch.Slice(streams * Width, streams * Width);
        Gemm.Multiply(
            streams, Width, InputSize, input, InputSize, false, InputMatrix.Of(prepared), InputSize, true, w, Width, accumulate: false);
        for (int i = 0; i < streams; i++)
        {
            Span<float> own = w.Slice(i * Width, Width), state = states.Of(i, StateSize), now = state[..Width];
            IrregularScan.Forward(
                Discretization, Zeta.Of(prepared), pass.Intervals.Slice(i, 1), IsPre ? state[Width..] : own, now, now, reverse: false);
            if (IsPre)
                own.CopyTo(state[Width..]);
        }
        states.CopyTo(x, Width);
        Gemm.Multiply(
            streams, OutputSize, Width, x, Width, false, OutputMatrices[0].Of(prepared), Width, true, output, OutputSize,
            accumulate: false);
        FeedThrough.Add(pass.Weights, input, output);
    }

    // Computes the state (or the gradient) at the edge of the receiving piece from the edge, the end and the product of its neighbour.
    private void Carry(ReadOnlySpan<float> from, Span<float> to, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d < _directions)
            IrregularScanCarry.Next(End(from, d), Product(from, d), Edge(from, d), Edge(to, d));
    }

    // The time between the two states that an input stands between.
    private ReadOnlySpan<float> Intervals(in Pass pass, int direction)
        => (direction == 0) != IsPre ? pass.Intervals : pass.IntervalsBehind;

    private (Range Rows, Range Values) Range(in Pass pass, int sequence)
        => (pass.Starts[sequence]..pass.Starts[sequence + 1], (pass.Starts[sequence] * Width)..(pass.Starts[sequence + 1] * Width));
}
