using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A depthwise causal convolution: <c>y_t = sum_j w_j * u_{t-K+1+j} + b</c> for j = 0 .. K-1, with zeros before the sequence. Mamba and
/// Griffin use K = 4. H3's shift state space is such a convolution: it has K states, and its feed-through adds <c>D * u_t</c>.
/// Shapes: (rows, C) to (rows, C); parameters Weight (C, K), Bias (C), D (C). Cost: 2 K C flops a row.
/// Kept: for a piece, its last K - 1 inputs and the K - 1 inputs before it.
/// </summary>
internal sealed class CausalConvolution : RecurrentLayer
{
    private const int TileRows = 32; // a tile of inputs and outputs stays in the first-level cache while all taps are applied
    private const int ManyTaps = 8;  // from here on packing the inputs pays

    private readonly Slot _taps;

    public int Width { get; }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public Parameter? FeedThrough { get; }

    public CausalConvolution(
        ParameterLayout layout, int channels, int width, Initializer weight, bool bias = true, bool feedThrough = false)
    {
        InputSize = OutputSize = channels;
        Width = width;
        Weight = layout.Add("Weight", [channels, width], ParameterGroup.Decayed, weight);
        if (bias)
            Bias = layout.Add("Bias", [channels], ParameterGroup.Plain, Initialize.Constant(0));
        if (feedThrough)
            FeedThrough = layout.Add("D", [channels], ParameterGroup.Plain, Initialize.Normal(1));
        _taps = layout.AddPrepared(width * channels);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => Edge;

    // The last inputs of the piece, then the inputs before it.
    public override long KeptSize(long rows, long sequences) => 2 * Edge;

    // The output gradient of the first rows of the piece, then that of the rows after it.
    public override long ScratchSize(long rows, long sequences) => 2 * Edge;

    // Floats of the K - 1 rows that neighbouring pieces share.
    private int Edge => (Width - 1) * InputSize;

    // The taps are the transposed weight, (K, C): one row of channels for each lag.
    public override void Prepare(in Weights weights)
    {
        var w = Weight.Of(weights.Values);
        var taps = _taps.Of(weights.Prepared);
        for (int c = 0; c < InputSize; c++)
            for (int j = 0; j < Width; j++)
                taps[j * InputSize + c] = w[c * Width + j];
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        var dw = Weight.Of(gradients.Values);
        var dtaps = _taps.Of(gradients.Prepared);
        for (int c = 0; c < InputSize; c++)
            for (int j = 0; j < Width; j++)
                dw[c * Width + j] += dtaps[j * InputSize + c];
    }

    // Floats of the edge that come from the piece itself: fewer than the edge has, if the piece is shorter.
    private int OwnEdge(int rows) => Math.Min(Edge, rows * InputSize);

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        int own = OwnEdge(pass.Rows);
        if (pass.IsPiece)
            input[^own..].CopyTo(kept[(Edge - own)..]);
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (!reverse)
            HandOn(kept[..Edge], kept.Slice(Edge, Edge), OwnEdge(rows), keptBehind.Slice(Edge, Edge));
    }

    // The last rows so far: those of the piece, at the end of inputs, after the last of those before the piece if it is a short one.
    private static void HandOn(ReadOnlySpan<float> inputs, ReadOnlySpan<float> before, int own, Span<float> next)
    {
        before[own..].CopyTo(next);
        inputs[^own..].CopyTo(next[^own..]);
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        ReadOnlySpan<float> taps = _taps.Of((ReadOnlySpan<float>)pass.Weights.Prepared), values = pass.Weights.Values;
        ReadOnlySpan<float> before = pass.IsPiece ? kept.Slice(Edge, Edge) : pass.Continues ? pass.State : default;
        for (int s = 0; s < pass.Sequences; s++)
        {
            if (Width >= ManyTaps)
            {
                var rows = (pass.Starts[s] * InputSize)..(pass.Starts[s + 1] * InputSize);
                TapKernels.Run(
                    input[rows], before, taps, InputSize, Of(FeedThrough, values), Of(Bias, values),
                    reverse: false, output[rows], accumulate: false);
                continue;
            }
            for (int row = pass.Starts[s]; row < pass.Starts[s + 1]; row += TileRows)
            {
                int end = Math.Min(row + TileRows, pass.Starts[s + 1]);
                var y = output[(row * InputSize)..(end * InputSize)];
                y.Clear();
                for (int j = 0; j < Width; j++)
                    AddTap(input, before, taps.Slice(j * InputSize, InputSize), pass.Starts[s], row, end, Width - 1 - j, y);
                if (FeedThrough is not null)
                    RowKernels.AddScaled(input[(row * InputSize)..(end * InputSize)], FeedThrough.Of(values), y);
                if (Bias is not null)
                    RowKernels.AddBias(y, Bias.Of(values));
            }
        }
        if (pass.State.IsEmpty)
            return;
        if (!pass.Continues)
            pass.State.Clear();
        HandOn(input[^OwnEdge(pass.Rows)..], pass.State, OwnEdge(pass.Rows), pass.State);
    }

    private static ReadOnlySpan<float> Of(Parameter? parameter, ReadOnlySpan<float> values)
        => parameter is null ? default : parameter.Of(values);

    // y_t += w * u_{t - lag} for the rows from row to end. Inputs before the first row come from the span before; they are zero if it is
    // empty.
    private void AddTap(
        ReadOnlySpan<float> input, ReadOnlySpan<float> before, ReadOnlySpan<float> w, int first, int row, int end, int lag, Span<float> y)
    {
        int inside = Math.Clamp(first + lag, row, end);
        if (!before.IsEmpty && inside > row)
        {
            int from = (Width - 1 + row - first - lag) * InputSize;
            RowKernels.AddScaled(before.Slice(from, (inside - row) * InputSize), w, y[..((inside - row) * InputSize)]);
        }
        if (inside < end)
            RowKernels.AddScaled(input[((inside - lag) * InputSize)..((end - lag) * InputSize)], w, y[((inside - row) * InputSize)..]);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (pass.IsPiece)
            outputGradient[..OwnEdge(pass.Rows)].CopyTo(pass.Scratch);
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse)
            return;
        int own = OwnEdge(rows);
        scratch[..own].CopyTo(scratchBefore[Edge..]);
        scratch.Slice(Edge, Edge - own).CopyTo(scratchBefore[(Edge + own)..]);
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        ReadOnlySpan<float> taps = _taps.Of((ReadOnlySpan<float>)pass.Weights.Prepared), values = pass.Weights.Values;
        var dtaps = _taps.Of(gradients.Prepared);
        ReadOnlySpan<float> before = pass.IsPiece ? kept.Slice(Edge, Edge) : default,
            behind = pass.IsPiece ? pass.Scratch.Slice(Edge, Edge) : default;
        if (Bias is not null)
            RowKernels.AddRowSum(outputGradient, Bias.Of(gradients.Values));
        if (FeedThrough is not null)
        {
            RowKernels.AddProductSum(outputGradient, input, FeedThrough.Of(gradients.Values));
            RowKernels.AddScaled(outputGradient, FeedThrough.Of(values), inputGradient);
        }
        for (int s = 0; s < pass.Sequences; s++)
        {
            int first = pass.Starts[s], last = pass.Starts[s + 1];
            if (Width >= ManyTaps)
            {
                var rows = (first * InputSize)..(last * InputSize);
                TapKernels.AddGradient(input[rows], before, outputGradient[rows], InputSize, dtaps);
                // u_t meets tap j in y_{t + K-1-j}: the same convolution, read against time.
                TapKernels.Run(
                    outputGradient[rows], behind, taps, InputSize, direct: default, bias: default,
                    reverse: true, inputGradient[rows], accumulate: true);
                continue;
            }
            for (int row = first; row < last; row += TileRows)
            {
                int end = Math.Min(row + TileRows, last);
                for (int j = 0; j < Width; j++)
                {
                    int lag = Width - 1 - j;
                    AddTapGradient(input, before, outputGradient, first, row, end, lag, dtaps.Slice(j * InputSize, InputSize));
                    AddTapBackward(
                        outputGradient, behind, taps.Slice(j * InputSize, InputSize), last,
                        row, end, lag, inputGradient[(row * InputSize)..(end * InputSize)]);
                }
            }
        }
    }

    // dw += dy_t * u_{t - lag}
    private void AddTapGradient(
        ReadOnlySpan<float> input, ReadOnlySpan<float> before, ReadOnlySpan<float> dy, int first, int row, int end, int lag, Span<float> dw)
    {
        int inside = Math.Clamp(first + lag, row, end);
        if (!before.IsEmpty && inside > row)
        {
            int from = (Width - 1 + row - first - lag) * InputSize;
            RowKernels.AddProductSum(dy[(row * InputSize)..(inside * InputSize)], before.Slice(from, (inside - row) * InputSize), dw);
        }
        if (inside < end)
            RowKernels.AddProductSum(
                dy[(inside * InputSize)..(end * InputSize)], input[((inside - lag) * InputSize)..((end - lag) * InputSize)], dw);
    }

    // du_t += w * dy_{t + lag}. Gradients after the last row come from the span behind; they are zero if it is empty.
    private void AddTapBackward(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> behind, ReadOnlySpan<float> w, int last, int row, int end, int lag, Span<float> du)
    {
        int inside = Math.Clamp(last - lag, row, end);
        if (inside > row)
            RowKernels.AddScaled(dy[((row + lag) * InputSize)..((inside + lag) * InputSize)], w, du[..((inside - row) * InputSize)]);
        if (!behind.IsEmpty && inside < end)
            RowKernels.AddScaled(
                behind[((inside + lag - last) * InputSize)..((end + lag - last) * InputSize)], w, du[((inside - row) * InputSize)..]);
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => keptOrScratch.Slice(Edge, Edge).Clear();

    /// <param name="pass">The pass.</param>
    /// <param name="input">(C).</param>
    /// <param name="output">(C); assigned.</param>
    /// <param name="state">(K - 1, C): the previous inputs, the oldest first.</param>
    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> taps = _taps.Of((ReadOnlySpan<float>)pass.Weights.Prepared), values = pass.Weights.Values;
        output.Clear();
        for (int j = 0; j < Width; j++)
            RowKernels.AddScaled(
                j < Width - 1 ? state.Slice(j * InputSize, InputSize) : input, taps.Slice(j * InputSize, InputSize), output);
        if (FeedThrough is not null)
            RowKernels.AddScaled(input, FeedThrough.Of(values), output);
        if (Bias is not null)
            RowKernels.AddBias(output, Bias.Of(values));
        if (Width == 1)
            return;
        state[InputSize..].CopyTo(state);
        input.CopyTo(state[^InputSize..]);
    }
}
