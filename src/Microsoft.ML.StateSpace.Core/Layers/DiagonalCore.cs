using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The diagonal linear state space that LRU and S5 share once their parameters are prepared (post form: the output sees the input without delay):
/// <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>; two-way, the same recurrence also runs from the end: <c>+ Re(C2 x'_t)</c>.
/// Shapes: u, y (rows, H); x (rows, 2, N), real plane before imaginary plane; B (2N, H); C (H, 2N) holding (Re C, -Im C), so that Re(C x) is one real product.
/// Cost: 8 N H flops a row forward, and one pass over the states. Kept: the states.
/// </summary>
internal abstract class DiagonalCore : Layer
{
    private readonly Parameter _feedThrough;

    protected DiagonalCore(ParameterLayout layout, int size, int states, bool bidirectional)
    {
        InputSize = OutputSize = size;
        States = states;
        Directions = bidirectional ? 2 : 1;
        Lambda = layout.AddPrepared(2 * states);
        InputMatrix = layout.AddPrepared(2 * states * size);
        OutputMatrices = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddPrepared(2 * states * size))];
        _feedThrough = layout.Add("D", [size], ParameterGroup.Plain, Initialize.Normal(1));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => 2 * States;

    /// <summary>N.</summary>
    protected int States { get; }

    /// <summary>1, or 2 when the sequence is also read backwards.</summary>
    protected int Directions { get; }

    /// <summary>lambda, (2, N).</summary>
    protected Slot Lambda { get; }

    /// <summary>B, (2N, H).</summary>
    protected Slot InputMatrix { get; }

    /// <summary>C of each direction, (H, 2N).</summary>
    protected Slot[] OutputMatrices { get; }

    public override int KeptSize(int rows, int sequences) => Directions * rows * 2 * States;

    // gradients of the states of each direction; of a step, B u
    public override int ScratchSize(int rows, int sequences) => Math.Max(Directions * rows, 1) * 2 * States;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, width = 2 * States, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var x = kept[..(rows * width)];
        Gemm.Multiply(rows, width, size, input, size, false, InputMatrix.Of(prepared), size, true, x, width, accumulate: false);
        if (Directions == 2)
            x.CopyTo(kept[(rows * width)..]);
        for (int d = 0; d < Directions; d++)
        {
            x = kept.Slice(d * rows * width, rows * width);
            for (int s = 0; s < pass.Sequences; s++)
                ComplexScan.Forward(Lambda.Of(prepared), x[(pass.Starts[s] * width)..(pass.Starts[s + 1] * width)], reverse: d == 1);
            Gemm.Multiply(rows, size, width, x, width, false, OutputMatrices[d].Of(prepared), width, true, output, size, accumulate: d == 1);
        }
        RowKernels.AddScaled(input, _feedThrough.Of(pass.Weights.Values), output);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, width = 2 * States, size = InputSize;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var dv = pass.Scratch[..(rows * width)];

        // y += D u
        RowKernels.AddProductSum(outputGradient, input, _feedThrough.Of(gradients.Values));
        RowKernels.AddScaled(outputGradient, _feedThrough.Of(pass.Weights.Values), inputGradient);
        for (int d = Directions - 1; d >= 0; d--)
        {
            var x = kept.Slice(d * rows * width, rows * width);
            var ds = pass.Scratch.Slice(d * rows * width, rows * width);
            // y += Re(C x)
            Gemm.Multiply(rows, width, size, outputGradient, size, false, OutputMatrices[d].Of(prepared), width, false, ds, width, accumulate: false);
            Gemm.Multiply(size, width, rows, outputGradient, size, true, x, width, false, OutputMatrices[d].Of(gradients.Prepared), width, accumulate: true);
            // x_t = lambda x_{t-1} + v_t
            for (int s = 0; s < pass.Sequences; s++)
            {
                var range = (pass.Starts[s] * width)..(pass.Starts[s + 1] * width);
                ComplexScan.Backward(Lambda.Of(prepared), x[range], ds[range], Lambda.Of(gradients.Prepared), reverse: d == 1);
            }
        }
        if (Directions == 2)
            TensorPrimitives.Add(dv, pass.Scratch.Slice(rows * width, rows * width), dv);
        // v = B u
        Gemm.Multiply(width, size, rows, dv, width, true, input, size, false, InputMatrix.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, width, dv, width, false, InputMatrix.Of(prepared), size, false, inputGradient, size, accumulate: true);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var v = pass.Scratch[..(2 * States)];
        MatrixVector.Multiply(InputMatrix.Of(prepared), input, default, v);
        ComplexStep.Run(Lambda.Of(prepared), v, state);
        MatrixVector.Multiply(OutputMatrices[0].Of(prepared), state, default, output);
        RowKernels.AddScaled(input, _feedThrough.Of(pass.Weights.Values), output);
    }
}
