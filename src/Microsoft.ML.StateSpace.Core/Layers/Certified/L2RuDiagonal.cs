using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The diagonal linear state space of the certified cores. It is in pre form, in which the output sees the state before the update:
/// <c>x_{t+1} = lambda x_t + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>, with dense D, <c>lambda = exp(-exp(nu) + i exp(theta))</c> and x_0
/// = 0.
/// Shapes: u, y (rows, H); B (2N, H); C (H, 2N), which holds (Re C, -Im C); D (H, H). So B, C and the two planes of x form a real system of
/// order 2N. A sequence of T steps has T + 1 states, (T + 1, 2, N). The first of them is the initial state or, for a piece, the state
/// before it.
/// Cost: 8 N H + 2 H^2 flops a row forward, and one pass over the states. Kept: the states.
/// </summary>
internal abstract class L2RuDiagonal : ScanLayer, ILinearCore
{
    public Parameter NuLog { get; }

    public Parameter ThetaLog { get; }

    protected L2RuDiagonal(ParameterLayout layout, L2RuOptions options, int size, int states, double gain)
    {
        InputSize = OutputSize = size;
        States = states;
        Gain = gain;
        Lambda = layout.AddPrepared(2 * states);
        layout.AddPoles(Lambda);
        InputMatrix = layout.AddPrepared(2 * states * size);
        OutputMatrix = layout.AddPrepared(2 * states * size);
        FeedThrough = layout.AddPrepared(size * size);
        NuLog = layout.Add("NuLog", [states], ParameterGroup.StateSpace, Ring.Radius(options.RadiusMinimum, options.RadiusMaximum));
        ThetaLog = layout.Add("ThetaLog", [states], ParameterGroup.StateSpace, Ring.Phase(options.PhaseMaximum));
        Poles = new double[2 * states];
        Sigma = new double[states];
        PoleGradient = new double[2 * states];
        SigmaGradient = new double[states];
        LambdaMatrix = new Matrix(2 * states, size);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => Width;

    public override int Carries => 1;

    public int Order => Width;

    /// <summary>N.</summary>
    public int States { get; }

    /// <summary>The bound of the gain.</summary>
    public double Gain { get; }

    /// <summary>(2, N).</summary>
    public Slot Lambda { get; }

    /// <summary>B.</summary>
    public Slot InputMatrix { get; }

    /// <summary>C.</summary>
    public Slot OutputMatrix { get; }

    /// <summary>D.</summary>
    public Slot FeedThrough { get; }

    /// <summary>lambda as the scan uses it, rounded to float, (2, N).</summary>
    protected double[] Poles { get; }

    /// <summary><c>sqrt(1 - |lambda|^2)</c> of the rounded lambda, (N).</summary>
    protected double[] Sigma { get; }

    protected double[] PoleGradient { get; }

    protected double[] SigmaGradient { get; }

    // Working memory for a product with lambda.
    protected Matrix LambdaMatrix { get; }

    private int Width => 2 * States;

    // The states of each sequence.
    public override long KeptSize(long rows, long sequences) => (rows + sequences) * Width;

    // The gradients of the states. A step needs B u.
    public override long ScratchSize(long rows, long sequences) => (rows + sequences) * Width;

    /// <summary>Computes lambda and sigma. The derived class computes the rest.</summary>
    protected void PreparePoles(in Weights weights)
    {
        var nuLog = NuLog.Of(weights.Values);
        var thetaLog = ThetaLog.Of(weights.Values);
        var lambda = Lambda.Of(weights.Prepared);
        for (int n = 0; n < States; n++)
        {
            double radius = Math.Exp(-Nu(nuLog[n])), theta = Math.Exp(thetaLog[n]);
            // The certificate must hold for the lambda that the scan uses, so sigma is computed from the rounded one.
            Poles[n] = lambda[n] = (float)(radius * Math.Cos(theta));
            Poles[States + n] = lambda[States + n] = (float)(radius * Math.Sin(theta));
            Sigma[n] = Math.Sqrt(1 - Poles[n] * Poles[n] - Poles[States + n] * Poles[States + n]);
        }
    }

    /// <summary>Starts the gradient of lambda with that of the scan, and the gradient of sigma with zero.</summary>
    protected void ClearPoleGradients(in Gradients gradients)
    {
        var scan = Lambda.Of(gradients.Prepared);
        for (int i = 0; i < scan.Length; i++)
            PoleGradient[i] = scan[i];
        Array.Clear(SigmaGradient);
    }

    protected void PreparePolesBackward(in Weights weights, in Gradients gradients)
    {
        var nuLog = NuLog.Of(weights.Values);
        var thetaLog = ThetaLog.Of(weights.Values);
        for (int n = 0; n < States; n++)
        {
            double re = Poles[n], im = Poles[States + n];
            // sigma^2 = 1 - |lambda|^2
            double dre = PoleGradient[n] - SigmaGradient[n] * re / Sigma[n],
                dim = PoleGradient[States + n] - SigmaGradient[n] * im / Sigma[n];
            // lambda = exp(-nu + i theta)
            NuLog.Of(gradients.Values)[n] += (float)(-Nu(nuLog[n]) * (dre * re + dim * im));
            ThetaLog.Of(gradients.Values)[n] += (float)(Math.Exp(thetaLog[n]) * (dim * re - dre * im));
        }
    }

    /// <summary><c>result = Lambda^T x</c>, where Lambda holds the real 2x2 blocks of lambda, and x is (2N, columns).</summary>
    protected void MultiplyTransposedPoles(Matrix x, Matrix result)
    {
        for (int n = 0; n < States; n++)
        {
            double re = Poles[n], im = Poles[States + n];
            Span<double> first = x.Row(n), second = x.Row(States + n), top = result.Row(n), bottom = result.Row(States + n);
            for (int j = 0; j < first.Length; j++)
                (top[j], bottom[j]) = (re * first[j] + im * second[j], re * second[j] - im * first[j]);
        }
    }

    /// <summary>
    /// The backward pass of <see cref="MultiplyTransposedPoles"/>: <c>dx += Lambda g</c>, and adds to the gradient of lambda.
    /// </summary>
    protected void MultiplyTransposedPolesBackward(Matrix x, Matrix gradient, Matrix xGradient)
    {
        for (int n = 0; n < States; n++)
        {
            double re = Poles[n], im = Poles[States + n], dre = 0, dim = 0;
            Span<double> first = x.Row(n), second = x.Row(States + n), top = gradient.Row(n), bottom = gradient.Row(States + n);
            Span<double> dfirst = xGradient.Row(n), dsecond = xGradient.Row(States + n);
            for (int j = 0; j < first.Length; j++)
            {
                dre += top[j] * first[j] + bottom[j] * second[j];
                dim += top[j] * second[j] - bottom[j] * first[j];
                dfirst[j] += re * top[j] - im * bottom[j];
                dsecond[j] += im * top[j] + re * bottom[j];
            }
            PoleGradient[n] += dre;
            PoleGradient[States + n] += dim;
        }
    }

    public void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d)
    {
        ReadOnlySpan<float> prepared = weights.Prepared, lambda = Lambda.Of(prepared);
        for (int n = 0; n < States; n++)
        {
            a[n, n] = a[States + n, States + n] = lambda[n];
            (a[n, States + n], a[States + n, n]) = (-lambda[States + n], lambda[States + n]);
        }
        b.Set(InputMatrix.Of(prepared));
        c.Set(OutputMatrix.Of(prepared));
        d.Set(FeedThrough.Of(prepared));
    }

    private static double Nu(float nuLog) => Math.Max(Math.Exp(nuLog), Lru.LeastNu);

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (phase == 0)
            ForwardStates(pass, input, kept);
        else
            ForwardOutputs(pass, input, output, kept);
    }

    private void ForwardStates(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        for (int s = 0; s < pass.Sequences; s++)
        {
            int length = pass.Starts[s + 1] - pass.Starts[s];
            var x = kept.Slice((pass.Starts[s] + s) * Width, (length + 1) * Width);
            var behind = x[Width..];
            Gemm.Multiply(
                length, Width, InputSize,
                input[(pass.Starts[s] * InputSize)..], InputSize, false,
                InputMatrix.Of(prepared), InputSize, true,
                behind, Width, accumulate: false);
            if (pass.Continues)
                pass.State.CopyTo(x);
            else
                x[..Width].Clear();
            ComplexScan.Forward(Lambda.Of(prepared), pass.Continues ? x : behind, reverse: false);
            if (!pass.State.IsEmpty)
                x[^Width..].CopyTo(pass.State);
        }
    }

    private void ForwardOutputs(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        if (pass.IsPiece)
            ScanCarry.Forward(Lambda.Of(prepared), kept[..Width], kept.Slice(Width, pass.Rows * Width), reverse: false);
        Gemm.Multiply(pass.Rows, size, size, input, size, false, FeedThrough.Of(prepared), size, true, output, size, accumulate: false);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            Gemm.Multiply(
                length, size, Width,
                kept[((start + s) * Width)..], Width, false,
                OutputMatrix.Of(prepared), Width, true,
                output[(start * size)..], size, accumulate: true);
        }
    }

    // Clears the state before a piece.
    public override void ClearEdges(int carry, int rows, Span<float> kept) => kept[..Width].Clear();

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (!reverse)
            ScanCarry.Next(
                Lambda.Of((ReadOnlySpan<float>)weights.Prepared), false, rows,
                kept.Slice(rows * Width, Width), kept[..Width], keptBehind[..Width]);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (phase == 1)
            BackwardOutputs(pass, input, kept, outputGradient, inputGradient, gradients);
        else
            BackwardStates(pass, input, kept, inputGradient, gradients);
    }

    private void BackwardOutputs(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared, lambda = Lambda.Of(prepared);
        // y += D u
        Gemm.Multiply(
            size, size, pass.Rows,
            outputGradient, size, true,
            input, size, false,
            FeedThrough.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(
            pass.Rows, size, size,
            outputGradient, size, false,
            FeedThrough.Of(prepared), size, false,
            inputGradient, size, accumulate: true);
        Span<float> conjugate = stackalloc float[pass.IsPiece ? Width : 0];
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            var dy = outputGradient.Slice(start * size, length * size);
            var x = kept.Slice((start + s) * Width, (length + 1) * Width);
            var dx = pass.Scratch.Slice((start + s) * Width, (length + 1) * Width);
            var first = dx[..^Width];
            // y += Re(C x)
            Gemm.Multiply(length, Width, size, dy, size, false, OutputMatrix.Of(prepared), Width, false, first, Width, accumulate: false);
            Gemm.Multiply(
                size, Width, length,
                dy, size, true,
                x, Width, false,
                OutputMatrix.Of(gradients.Prepared), Width, accumulate: true);
            if (pass.IsPiece)
            {
                lambda.CopyTo(conjugate);
                System.Numerics.Tensors.TensorPrimitives.Negate(lambda[States..], conjugate[States..]);
                ComplexScan.Forward(conjugate, first, reverse: true);
                continue;
            }
            // x_{t+1} = lambda x_t + v_t. No output sees the state after the last row, so its gradient is zero.
            dx[^Width..].Clear();
            ComplexScan.Backward(lambda, x[..^Width], first, Lambda.Of(gradients.Prepared), reverse: false);
        }
    }

    // Clears the gradient of the state after a piece.
    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => scratch.Slice(rows * Width, Width).Clear();

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (!reverse)
            ScanCarry.Next(
                Lambda.Of((ReadOnlySpan<float>)weights.Prepared), true, rows, scratch[..Width],
                scratch.Slice(rows * Width, Width), scratchBefore.Slice(rowsBefore * Width, Width));
    }

    private void BackwardStates(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, Span<float> inputGradient, in Gradients gradients)
    {
        int size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        if (pass.IsPiece)
            CarryBackward(pass, kept, Lambda.Of(prepared), Lambda.Of(gradients.Prepared));
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            // v_t = B u_t
            ReadOnlySpan<float> dv = pass.Scratch.Slice((start + s + 1) * Width, length * Width),
                u = input.Slice(start * size, length * size);
            Gemm.Multiply(Width, size, length, dv, Width, true, u, size, false, InputMatrix.Of(gradients.Prepared), size, accumulate: true);
            Gemm.Multiply(
                length, size, Width,
                dv, Width, false,
                InputMatrix.Of(prepared), size, false,
                inputGradient[(start * size)..], size, accumulate: true);
        }
    }

    // Adds to the gradients of the piece's states what flows back from the pieces after it. The step from the last of these states to the
    // state after the piece belongs to this piece, so its gradient of lambda is added here. The step into the first state belongs to the
    // previous piece.
    private void CarryBackward(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> lambda, Span<float> lambdaGradient)
    {
        int rows = pass.Rows;
        var behind = pass.Scratch.Slice(rows * Width, Width);
        Span<float> nothing = stackalloc float[Width];
        nothing.Clear();
        ScanCarry.Backward(lambda, kept[..(rows * Width)], nothing, behind, pass.Scratch[..(rows * Width)], lambdaGradient, reverse: false);
        var last = kept.Slice((rows - 1) * Width, Width);
        for (int n = 0; n < States; n++)
        {
            float re = behind[n], im = behind[States + n];
            lambdaGradient[n] += re * last[n] + im * last[States + n];
            lambdaGradient[States + n] += im * last[n] - re * last[States + n];
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = pass.Scratch[..Width];
        MatrixVector.Multiply(FeedThrough.Of(prepared), input, default, output);
        MatrixVector.Multiply(OutputMatrix.Of(prepared), state, output, output);
        MatrixVector.Multiply(InputMatrix.Of(prepared), input, default, v);
        ComplexStep.Run(Lambda.Of(prepared), v, state);
    }

    public override long StepEachScratchSize(int streams) => 2L * streams * Width;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> v = pass.Scratch[..(streams * Width)], x = pass.Scratch.Slice(streams * Width, streams * Width);
        states.CopyTo(x, Width);
        Gemm.Multiply(
            streams, OutputSize, size, input, size, false, FeedThrough.Of(prepared), size, true, output, OutputSize, accumulate: false);
        Gemm.Multiply(
            streams, OutputSize, Width, x, Width, false, OutputMatrix.Of(prepared), Width, true, output, OutputSize, accumulate: true);
        Gemm.Multiply(streams, Width, size, input, size, false, InputMatrix.Of(prepared), size, true, v, Width, accumulate: false);
        for (int i = 0; i < streams; i++)
            ComplexStep.Run(Lambda.Of(prepared), v.Slice(i * Width, Width), states.Of(i, Width));
    }
}
