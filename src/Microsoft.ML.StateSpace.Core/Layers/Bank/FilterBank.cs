using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Filters of order one side by side: <c>x_t = lambda x_{t-1} + B u_t</c> with complex poles, and Re x_t as the answer. Nothing is trained.
/// With a real pole and a real row of B a filter forgets exponentially; with a complex pole it rings, and the angle of its row of B is its
/// phase. Such filters are the orthonormal bases of identification before they are made orthogonal (Heuberger, Van den Hof, Wahlberg 2005).
/// <para>
/// Where time steps are not equally far apart, the pole of a row is lambda to the power of its interval dt, and the input is held over
/// the interval, so that a constant input leads to the same state however it is sampled: <c>x_t = x_{t-1} + E (x_{t-1} + W u_t)</c> with
/// <c>E = exp(zeta dt) - 1</c>, <c>zeta = log lambda</c> and <c>W = B / (lambda - 1)</c>; for an interval of 1 this is the recurrence
/// above. The parameters are then zeta and W in the places of lambda and B.
/// </para>
/// Shapes: (rows, H) to (rows, N); parameters Poles (2, N), InputMatrix (2, N, H); state (2, N).
/// </summary>
internal sealed class FilterBank
{
    /// <summary>The most rows of one call.</summary>
    public const int Block = 64;

    private readonly bool _fromEnd;

    public Parameter Poles { get; }

    public Parameter InputMatrix { get; }

    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="inputs">H.</param>
    /// <param name="filters">N.</param>
    /// <param name="hasIntervals">Whether each row comes with a time interval.</param>
    /// <param name="fromEnd">Whether rows are read from the last one back.</param>
    public FilterBank(ParameterLayout layout, int inputs, int filters, bool hasIntervals = false, bool fromEnd = false)
    {
        (Inputs, Filters, HasIntervals, _fromEnd) = (inputs, filters, hasIntervals, fromEnd);
        Poles = layout.Add("Poles", [2, filters], ParameterGroup.Fixed, Initialize.Constant(0));
        InputMatrix = layout.Add("InputMatrix", [2, filters, inputs], ParameterGroup.Fixed, Initialize.Constant(0));
    }

    /// <summary>H.</summary>
    public int Inputs { get; }

    /// <summary>N.</summary>
    public int Filters { get; }

    /// <summary>Whether each row comes with the time since the one before it, in the order of reading.</summary>
    public bool HasIntervals { get; }

    public int StateSize => 2 * Filters;

    /// <summary>The states of a block, with the state before it in front.</summary>
    public int ScratchSize => (Block + 1) * StateSize;

    /// <summary>
    /// The state before a sequence: a share of the steady state of its first row, <c>x = B u / (1 - lambda)</c>.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="share">1 for the steady state, 0 for zeros.</param>
    /// <param name="input">(H).</param>
    /// <param name="state">(2, N); assigned.</param>
    public void Begin(ReadOnlySpan<float> values, float share, ReadOnlySpan<float> input, Span<float> state)
    {
        state.Clear();
        if (share == 0)
            return;
        Gemm.Multiply(
            1, StateSize, Inputs, input, Inputs, false, InputMatrix.Of(values), Inputs, true, state, StateSize, accumulate: false);
        if (HasIntervals)
        {
            foreach (ref float value in state[..StateSize])
                value *= -share;
            return;
        }
        var poles = Poles.Of(values);
        for (int n = 0; n < Filters; n++)
        {
            float real = 1 - poles[n], imaginary = -poles[Filters + n], scale = share / (real * real + imaginary * imaginary);
            float re = state[n], im = state[Filters + n];
            state[n] = scale * (re * real + im * imaginary);
            state[Filters + n] = scale * (im * real - re * imaginary);
        }
    }

    /// <summary>
    /// Takes the next rows of one sequence; a bank that reads from the end takes the rows before. How a sequence is cut into calls changes
    /// no bit.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="rows">At most <see cref="Block"/>.</param>
    /// <param name="input">Row r begins at r times <paramref name="inputStride"/>.</param>
    /// <param name="inputStride">Floats from one input row to the next.</param>
    /// <param name="intervals">The time to each row from the one that is read before it, (rows); empty where there are none.</param>
    /// <param name="output">Assigned; row r begins at r times <paramref name="outputStride"/>.</param>
    /// <param name="outputStride">Floats from one output row to the next.</param>
    /// <param name="state">(2, N): the state before the row that is read first, then the one behind the row that is read last.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public void Forward(
        ReadOnlySpan<float> values, int rows, ReadOnlySpan<float> input, int inputStride, ReadOnlySpan<float> intervals,
        Span<float> output, int outputStride, Span<float> state, Span<float> scratch)
    {
        int width = StateSize, last = _fromEnd ? 0 : rows;
        // The state before the rows stands where the scan begins.
        var all = scratch[..((rows + 1) * width)];
        var x = _fromEnd ? all[..^width] : all[width..];
        Gemm.Multiply(rows, width, Inputs, input, inputStride, false, InputMatrix.Of(values), Inputs, true, x, width, accumulate: false);
        if (HasIntervals)
        {
            IrregularScan.Forward(
                Discretization.ZeroOrderHold, Poles.Of(values), intervals[..rows], x, state, x, _fromEnd);
        }
        else
        {
            state.CopyTo(all.Slice(_fromEnd ? rows * width : 0, width));
            ComplexScan.Forward(Poles.Of(values), all, _fromEnd);
        }
        for (int row = 0; row < rows; row++)
            x.Slice(row * width, Filters).CopyTo(output[(row * outputStride)..]);
        all.Slice(last * width, width).CopyTo(state);
    }
}
