using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c> with a dense A, as many states as channels, x_0 = 0, and a gain of at most
/// gamma. Up to a rotation of the states, it reaches every system of that size that has invertible A and B and a gain below gamma.
/// <see cref="L2RuSquareMap"/> maps the parameters to the matrices.
/// Source: Massai, Zakwan, Ferrari-Trecate, "L2RU: a Structured State Space Model with prescribed L2-bound", arXiv:2503.23818v3.
/// Shapes: (rows, H) to (rows, H); parameters X11, X22 (H (H + 1) / 2, by rows), X21, C, Dt (H, H), Skew (H (H - 1) / 2), Alpha (1).
/// Cost: 8 H^2 flops a row, of which a quarter must be done step by step; a preparation takes some 40 H^3 flops. Kept: the states.
/// </summary>
internal sealed class L2RuSquare : ScanLayer, ILinearCore
{
    /// <summary>Margin of the matrix inequality. It is larger than what rounding A, B, C and D to float can take from it.</summary>
    public const double Epsilon = 1e-5;

    public Parameter X11 { get; }

    public Parameter X21 { get; }

    public Parameter X22 { get; }

    public Parameter C { get; }

    public Parameter Dt { get; }

    public Parameter Skew { get; }

    public Parameter Alpha { get; }

    public Slot A { get; }

    public Slot B { get; }

    public Slot D { get; }

    public L2RuSquareMap Map { get; }

    private readonly Matrix _dA;
    private readonly Matrix _dB;
    private readonly Matrix _dD;

    public L2RuSquare(ParameterLayout layout, int size, double gain, double epsilon = Epsilon)
    {
        InputSize = OutputSize = size;
        int lower = size * (size + 1) / 2;
        X11 = layout.Add("X11", [lower], ParameterGroup.StateSpace, Diagonal(0.05, 0.005));
        X21 = layout.Add("X21", [size, size], ParameterGroup.StateSpace, Identity(0.1, 0.01));
        X22 = layout.Add("X22", [lower], ParameterGroup.StateSpace, Diagonal(0.01, 0.001));
        C = layout.Add("C", [size, size], ParameterGroup.Plain, Identity(1, 0.01 / Math.Sqrt(size)));
        Dt = layout.Add("Dt", [size, size], ParameterGroup.Plain, Identity(1, 0.01 / Math.Sqrt(size)));
        Skew = layout.Add("Skew", [size * (size - 1) / 2], ParameterGroup.StateSpace, Initialize.Normal(0.5 / Math.Sqrt(size)));
        Alpha = layout.Add("Alpha", [1], ParameterGroup.StateSpace, Initialize.Constant(4.1f));
        A = layout.AddPrepared(size * size);
        B = layout.AddPrepared(size * size);
        D = layout.AddPrepared(size * size);
        Map = new L2RuSquareMap(size, gain, epsilon);
        (_dA, _dB, _dD) = (new Matrix(size, size), new Matrix(size, size), new Matrix(size, size));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => InputSize;

    public int Order => InputSize;

    // The response of a piece to the state before it would need powers of a dense A.
    public override bool CanBeCut => false;

    public override int Carries => 0;

    // The states of each sequence.
    public override long KeptSize(long rows, long sequences) => (rows + sequences) * InputSize;

    // The gradients of the states, and A^T. A step needs B u.
    public override long ScratchSize(long rows, long sequences) => (rows + sequences + InputSize) * InputSize;

    private static Initializer Diagonal(double value, double deviation) => (values, random) =>
    {
        for (int i = 0, k = 0; k < values.Length; i++)
            for (int j = 0; j <= i; j++, k++)
                values[k] = (float)((i == j ? value : 0) + deviation * Initialize.Gaussian(random));
    };

    private static Initializer Identity(double value, double deviation) => (values, random) =>
    {
        int size = (int)Math.Round(Math.Sqrt(values.Length));
        for (int k = 0; k < values.Length; k++)
            values[k] = (float)((k % (size + 1) == 0 ? value : 0) + deviation * Initialize.Gaussian(random));
    };

    public override void Prepare(in Weights weights)
    {
        Compute(weights);
        Map.A.CopyTo(A.Of(weights.Prepared));
        Map.B.CopyTo(B.Of(weights.Prepared));
        Map.D.CopyTo(D.Of(weights.Prepared));
    }

    private void Compute(in Weights weights)
    {
        var values = weights.Values;
        SetLower(X11.Of(values), Map.X11);
        SetLower(X22.Of(values), Map.X22);
        Map.X21.Set(X21.Of(values));
        Map.C.Set(C.Of(values));
        Map.Dt.Set(Dt.Of(values));
        var skew = Skew.Of(values);
        for (int i = 0, k = 0; i < InputSize; i++)
            for (int j = 0; j < i; j++, k++)
                (Map.Skew[i, j], Map.Skew[j, i]) = (skew[k], -skew[k]);
        Map.Alpha = Alpha.Of(values)[0];
        Map.Forward();
    }

    private static void SetLower(ReadOnlySpan<float> values, Matrix matrix)
    {
        for (int i = 0, k = 0; i < matrix.Rows; i++)
            for (int j = 0; j <= i; j++, k++)
                matrix[i, j] = values[k];
    }

    private static void AddLower(Matrix matrix, Span<float> values)
    {
        for (int i = 0, k = 0; i < matrix.Rows; i++)
            for (int j = 0; j <= i; j++, k++)
                values[k] += (float)matrix[i, j];
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Compute(weights);
        _dA.Set(A.Of((ReadOnlySpan<float>)gradients.Prepared));
        _dB.Set(B.Of((ReadOnlySpan<float>)gradients.Prepared));
        _dD.Set(D.Of((ReadOnlySpan<float>)gradients.Prepared));
        Map.DC.Clear();
        Map.Backward(_dA, _dB, _dD);
        AddLower(Map.DX11, X11.Of(gradients.Values));
        AddLower(Map.DX22, X22.Of(gradients.Values));
        Map.DX21.AddTo(X21.Of(gradients.Values));
        Map.DC.AddTo(C.Of(gradients.Values));
        Map.DDt.AddTo(Dt.Of(gradients.Values));
        var skew = Skew.Of(gradients.Values);
        for (int i = 0, k = 0; i < InputSize; i++)
            for (int j = 0; j < i; j++, k++)
                skew[k] += (float)(Map.DSkew[i, j] - Map.DSkew[j, i]);
        Alpha.Of(gradients.Values)[0] += (float)Map.DAlpha;
    }

    public void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d)
    {
        ReadOnlySpan<float> prepared = weights.Prepared;
        a.Set(A.Of(prepared));
        b.Set(B.Of(prepared));
        c.Set(C.Of(weights.Values));
        d.Set(D.Of(prepared));
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared, a = A.Of(prepared);
        Gemm.Multiply(pass.Rows, size, size, input, size, false, D.Of(prepared), size, true, output, size, accumulate: false);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            var x = kept.Slice((start + s) * size, (length + 1) * size);
            if (pass.Continues)
                pass.State.CopyTo(x);
            else
                x[..size].Clear();
            Gemm.Multiply(
                length, size, size,
                input[(start * size)..], size, false,
                B.Of(prepared), size, true,
                x[size..], size, accumulate: false);
            for (int t = 0; t < length; t++)
            {
                var next = x.Slice((t + 1) * size, size);
                MatrixVector.Multiply(a, x.Slice(t * size, size), next, next);
            }
            if (!pass.State.IsEmpty)
                x[^size..].CopyTo(pass.State);
            Gemm.Multiply(
                length, size, size,
                x, size, false,
                C.Of(pass.Weights.Values), size, true,
                output[(start * size)..], size, accumulate: true);
        }
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var scratch = pass.Scratch;
        var transposed = scratch.Take(size * size);
        var a = A.Of(prepared);
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                transposed[j * size + i] = a[i * size + j];
        // y += D u
        Gemm.Multiply(
            size, size, pass.Rows,
            outputGradient, size, true,
            input, size, false,
            D.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(
            pass.Rows, size, size,
            outputGradient, size, false,
            D.Of(prepared), size, false,
            inputGradient, size, accumulate: true);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            var dy = outputGradient.Slice(start * size, length * size);
            ReadOnlySpan<float> u = input.Slice(start * size, length * size), x = kept.Slice((start + s) * size, (length + 1) * size);
            var dx = scratch.Slice((start + s) * size, (length + 1) * size);
            // y += C x
            Gemm.Multiply(size, size, length, dy, size, true, x, size, false, C.Of(gradients.Values), size, accumulate: true);
            Gemm.Multiply(length, size, size, dy, size, false, C.Of(pass.Weights.Values), size, false, dx, size, accumulate: false);
            // x_{t+1} = A x_t + B u_t
            dx[(length * size)..].Clear();
            for (int t = length - 1; t > 0; t--)
            {
                var current = dx.Slice(t * size, size);
                MatrixVector.Multiply(transposed, dx.Slice((t + 1) * size, size), current, current);
            }
            var behind = dx[size..];
            Gemm.Multiply(size, size, length, behind, size, true, x, size, false, A.Of(gradients.Prepared), size, accumulate: true);
            Gemm.Multiply(size, size, length, behind, size, true, u, size, false, B.Of(gradients.Prepared), size, accumulate: true);
            Gemm.Multiply(
                length, size, size,
                behind, size, false,
                B.Of(prepared), size, false,
                inputGradient[(start * size)..], size, accumulate: true);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var next = pass.Scratch[..InputSize];
        MatrixVector.Multiply(D.Of(prepared), input, default, output);
        MatrixVector.Multiply(C.Of(pass.Weights.Values), state, output, output);
        MatrixVector.Multiply(B.Of(prepared), input, default, next);
        MatrixVector.Multiply(A.Of(prepared), state, next, next);
        next.CopyTo(state);
    }

    public override long StepEachScratchSize(int streams) => 2L * streams * InputSize;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        Span<float> x = pass.Scratch[..(streams * size)], next = pass.Scratch.Slice(streams * size, streams * size);
        states.CopyTo(x, size);
        Gemm.Multiply(streams, size, size, input, size, false, D.Of(prepared), size, true, output, size, accumulate: false);
        Gemm.Multiply(streams, size, size, x, size, false, C.Of(pass.Weights.Values), size, true, output, size, accumulate: true);
        Gemm.Multiply(streams, size, size, input, size, false, B.Of(prepared), size, true, next, size, accumulate: false);
        Gemm.Multiply(streams, size, size, x, size, false, A.Of(prepared), size, true, next, size, accumulate: true);
        for (int i = 0; i < streams; i++)
            next.Slice(i * size, size).CopyTo(states.Of(i, size));
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept) => throw Uncut();

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => throw Uncut();

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => throw Uncut();

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => throw Uncut();

    private static InvalidOperationException Uncut() => new("A dense recurrence is not cut into pieces.");
}
