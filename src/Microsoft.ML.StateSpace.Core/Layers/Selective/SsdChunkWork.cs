using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The work of <see cref="SsdScan"/> on one chunk. In each head, with <c>p_i = a_1 ... a_i</c> and <c>s_i = a_{i+1} ... a_Q</c>, the output
/// is <c>Y = M X + diag(p) C H</c>, where <c>M_ij = L_ij (C B^T)_ij step_j</c> and D is added to the diagonal of M. The next state is
/// <c>p_Q H + B^T diag(s step) X</c>.
/// A row of inputs holds x (D), B and C (N each) and dt (heads). Steps and decays are (heads, Q), states (N, D). What all heads share is
/// computed by one product for all of them.
/// </summary>
internal sealed class SsdChunkWork
{
    private const int Chunk = SsdChunk.Rows;

    private readonly int _heads, _width, _states, _size, _row;

    // p, s, s step, p_Q; then matrices (Q, D) and (Q, Q); then gradients.
    private readonly Slot _prefix, _suffix, _suffixStep, _all, _spread, _u, _z, _product,
        _l, _m, _dm, _dproduct, _dstep, _dlog, _dots, _carries;

    public SsdChunkWork(int heads, int width, int states)
    {
        (_heads, _width, _states, _size) = (heads, width, states, heads * width);
        _row = _size + 2 * states + heads;
        int factors = heads * Chunk;
        _prefix = new Slot(0, factors);
        _suffix = _prefix.Next(factors);
        _suffixStep = _suffix.Next(factors);
        _all = _suffixStep.Next(heads);
        _spread = _all.Next(_size);
        _u = _spread.Next(Chunk * _size);
        _z = _u.Next(Chunk * _size);
        _product = _z.Next(SsdChunk.Matrix);
        _l = _product.Next(SsdChunk.Matrix);
        _m = _l.Next(SsdChunk.Matrix);
        _dm = _m.Next(SsdChunk.Matrix);
        _dproduct = _dm.Next(SsdChunk.Matrix);
        _dstep = _dproduct.Next(factors);
        _dlog = _dstep.Next(factors);
        _dots = _dlog.Next(factors);
        _carries = _dots.Next(factors);
        Length = _carries.Offset + factors;
    }

    /// <summary>Floats of working memory.</summary>
    public long Length { get; }

    // Where B, C and dt begin in a row of inputs.
    private int B => _size;

    private int C => _size + _states;

    private int Dt => _size + 2 * _states;

    /// <summary>The product p_Q of the chunk's decays, (heads), as <see cref="Products"/> left it.</summary>
    public ReadOnlySpan<float> All(ReadOnlySpan<float> work) => _all.Of(work);

    /// <summary>
    /// Assigns steps and decays. Rows that a short chunk lacks get steps of zero. The intervals are those of the rows; empty where time
    /// steps are equally far apart.
    /// </summary>
    public void Steps(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> intervals, ReadOnlySpan<float> bias, ReadOnlySpan<float> rates,
        Span<float> step, Span<float> decay)
    {
        for (int head = 0; head < _heads; head++)
        {
            Span<float> own = step.Slice(head * Chunk, Chunk);
            for (int i = 0; i < rows; i++)
                own[i] = x[i * _row + Dt + head] + bias[head];
            own[rows..].Clear();
            SsdChunk.Steps(own[..rows], intervals, rates[head], own[..rows], decay.Slice(head * Chunk, rows));
        }
    }

    /// <summary>Assigns p, s, s step and p_Q.</summary>
    public void Products(int rows, ReadOnlySpan<float> step, ReadOnlySpan<float> decay, Span<float> work)
    {
        Span<float> prefix = _prefix.Of(work), suffix = _suffix.Of(work), suffixStep = _suffixStep.Of(work), all = _all.Of(work);
        for (int head = 0; head < _heads; head++)
        {
            int first = head * Chunk;
            float before = 1, behind = 1;
            for (int i = 0, k = rows - 1; i < rows; i++, k--)
            {
                before *= decay[first + i];
                prefix[first + i] = before;
                suffix[first + k] = behind;
                suffixStep[first + k] = behind * step[first + k];
                behind *= decay[first + k];
            }
            all[head] = before;
        }
    }

    /// <summary>Computes the state after the chunk from the state before it. Call <see cref="Products"/> first.</summary>
    public void Advance(int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> next, Span<float> work)
    {
        var u = _u.Of(work);
        HeadKernels.Scale(rows, _heads, _width, x, _row, _suffixStep.Of(work), u, _size);
        ScaleState(_all.Of(work), h, next, work);
        Gemm.Multiply(_states, _size, rows, x[B..], _row, true, u, _size, false, next, _size, accumulate: true);
    }

    /// <summary>Assigns y. Call <see cref="Products"/> first.</summary>
    public void Output(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        ReadOnlySpan<float> h, ReadOnlySpan<float> feedThrough, Span<float> y, Span<float> work)
    {
        Span<float> z = _z.Of(work), m = _m.Of(work);
        Gemm.Multiply(rows, _size, _states, x[C..], _row, false, h, _size, false, z, _size, accumulate: false);
        HeadKernels.Scale(rows, _heads, _width, z, _size, _prefix.Of(work), y, _size);
        Meet(rows, x, work);
        for (int head = 0; head < _heads; head++)
        {
            int first = head * _width;
            Mix(head, rows, step, decay, feedThrough, work);
            Gemm.Multiply(rows, _width, rows, m, Chunk, false, x[first..], _row, false, y[first..], _size, accumulate: true);
        }
    }

    /// <summary>
    /// Turns the gradient of the state after the chunk into that of the state before it, in place. Call <see cref="Products"/> first.
    /// </summary>
    public void AdvanceBackward(int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dh, Span<float> work)
    {
        var u = _u.Of(work);
        HeadKernels.Scale(rows, _heads, _width, dy, _size, _prefix.Of(work), u, _size);
        ScaleState(_all.Of(work), dh, dh, work);
        // Y = diag(p) C H
        Gemm.Multiply(_states, _size, rows, x[C..], _row, true, u, _size, false, dh, _size, accumulate: true);
    }

    /// <summary>
    /// Adds to the gradients of the rows and parameters, and turns <paramref name="dh"/>, the gradient of the state after the chunk, into
    /// that of the state before it. Call <see cref="Products"/> first.
    /// </summary>
    public void Backward(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> intervals, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        ReadOnlySpan<float> h, in SsdParameters parameters, ReadOnlySpan<float> dy,
        Span<float> dx, in SsdGradients gradients, Span<float> dh, Span<float> work)
    {
        Span<float> u = _u.Of(work), z = _z.Of(work), dlog = _dlog.Of(work), dots = _dots.Of(work), carries = _carries.Of(work);
        // next H = p_Q H + B^T diag(s step) X
        Gemm.Multiply(rows, _size, _states, x[B..], _row, false, dh, _size, false, z, _size, accumulate: false);
        HeadKernels.AddScaled(rows, _heads, _width, z, _size, _suffixStep.Of(work), dx, _row);
        HeadKernels.Dot(rows, _heads, _width, x, _row, z, _size, carries);
        HeadKernels.Scale(rows, _heads, _width, x, _row, _suffixStep.Of(work), u, _size);
        Gemm.Multiply(rows, _states, _size, u, _size, false, dh, _size, true, dx[B..], _row, accumulate: true);
        // Y = diag(p) C H
        Gemm.Multiply(rows, _size, _states, x[C..], _row, false, h, _size, false, z, _size, accumulate: false);
        HeadKernels.Scale(rows, _heads, _width, dy, _size, _prefix.Of(work), u, _size);
        HeadKernels.Dot(rows, _heads, _width, u, _size, z, _size, dots);
        Gemm.Multiply(rows, _states, _size, u, _size, false, h, _size, true, dx[C..], _row, accumulate: true);
        LogDecays(rows, step, h, dh, work);
        AdvanceBackward(rows, x, dy, dh, work);
        // Y = M X
        MixBackward(rows, x, step, decay, parameters.FeedThrough, dy, dx, gradients.FeedThrough, work);
        StepsBackward(rows, intervals, step, parameters.Rates, dx, gradients, work);
    }

    // C B^T
    private void Meet(int rows, ReadOnlySpan<float> x, Span<float> work)
    {
        var product = _product.Of(work);
        if (rows < Chunk)
            product.Clear();
        Gemm.Multiply(rows, rows, _states, x[C..], _row, false, x[B..], _row, true, product, Chunk, accumulate: false);
    }

    private void Mix(
        int head, int rows, ReadOnlySpan<float> step, ReadOnlySpan<float> decay, ReadOnlySpan<float> feedThrough, Span<float> work)
        => SsdChunk.Mix(
            decay.Slice(head * Chunk, Chunk), step.Slice(head * Chunk, Chunk),
            _product.Of(work), feedThrough[head], rows, _l.Of(work), _m.Of(work));

    private void MixBackward(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        ReadOnlySpan<float> feedThrough, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dfeedThrough, Span<float> work)
    {
        Span<float> m = _m.Of(work), dm = _dm.Of(work), dproduct = _dproduct.Of(work);
        Meet(rows, x, work);
        dproduct.Clear();
        if (rows < Chunk)
            dm.Clear();
        for (int head = 0; head < _heads; head++)
        {
            int first = head * _width, factors = head * Chunk;
            Mix(head, rows, step, decay, feedThrough, work);
            Gemm.Multiply(rows, rows, _width, dy[first..], _size, false, x[first..], _row, true, dm, Chunk, accumulate: false);
            Gemm.Multiply(rows, _width, rows, m, Chunk, true, dy[first..], _size, false, dx[first..], _row, accumulate: true);
            SsdChunk.MixBackward(
                step.Slice(factors, Chunk), _product.Of(work), _l.Of(work), dm, rows, dproduct,
                _dlog.Of(work).Slice(factors, Chunk), _dstep.Of(work).Slice(factors, Chunk));
            float sum = 0;
            for (int i = 0; i < rows; i++)
                sum += dm[i * Chunk + i];
            dfeedThrough[head] += sum;
        }
        // C B^T
        Gemm.Multiply(rows, _states, rows, dproduct, Chunk, false, x[B..], _row, false, dx[C..], _row, accumulate: true);
        Gemm.Multiply(rows, _states, rows, dproduct, Chunk, true, x[C..], _row, false, dx[B..], _row, accumulate: true);
    }

    // Assigns the gradients of the decays' logarithms as far as they come from states. The decay a_k is a factor of p_i from i = k on, of
    // s_i before k, and of p_Q.
    private void LogDecays(int rows, ReadOnlySpan<float> step, ReadOnlySpan<float> h, ReadOnlySpan<float> dh, Span<float> work)
    {
        Span<float> dlog = _dlog.Of(work), dots = _dots.Of(work), carries = _carries.Of(work), suffix = _suffix.Of(work),
            all = _all.Of(work), memory = _dstep.Of(work);
        for (int head = 0; head < _heads; head++)
            dlog[head * Chunk] = 0;
        for (int n = 0; n < _states; n += Chunk)
        {
            int count = Math.Min(Chunk, _states - n);
            HeadKernels.Dot(count, _heads, _width, h[(n * _size)..], _size, dh[(n * _size)..], _size, memory);
            for (int head = 0; head < _heads; head++)
                for (int i = 0; i < count; i++)
                    dlog[head * Chunk] += memory[head * Chunk + i];
        }
        for (int head = 0; head < _heads; head++)
        {
            int first = head * Chunk;
            float ahead = all[head] * dlog[first], behind = 0;
            for (int k = 0; k < rows; k++)
            {
                dlog[first + k] = ahead;
                carries[first + k] *= suffix[first + k];
                ahead += carries[first + k] * step[first + k];
            }
            for (int k = rows - 1; k >= 0; k--)
            {
                behind += dots[first + k];
                dlog[first + k] += behind;
            }
        }
    }

    // step = softplus(dt + bias), times the interval if there is one; log a = -exp(ALog) step
    private void StepsBackward(
        int rows, ReadOnlySpan<float> intervals, ReadOnlySpan<float> step, ReadOnlySpan<float> rates,
        Span<float> dx, in SsdGradients gradients, Span<float> work)
    {
        Span<float> dstep = _dstep.Of(work), dlog = _dlog.Of(work), carries = _carries.Of(work);
        for (int head = 0; head < _heads; head++)
        {
            int first = head * Chunk;
            float rate = rates[head] * 0.693147181f, rateSum = 0, biasSum = 0;
            for (int i = first; i < first + rows; i++)
            {
                rateSum += dlog[i] * Math.Max(rate * step[i], -LaneMath.ExpLimit);
                dstep[i] += carries[i] + dlog[i] * rate;
            }
            if (intervals.IsEmpty)
                Activations.SoftplusBackward(step.Slice(first, rows), dstep.Slice(first, rows));
            else
                IntervalSteps.Backward(intervals, step.Slice(first, rows), dstep.Slice(first, rows));
            for (int i = 0; i < rows; i++)
            {
                dx[i * _row + Dt + head] += dstep[first + i];
                biasSum += dstep[first + i];
            }
            gradients.ALog[head] += rateSum;
            gradients.DtBias[head] += biasSum;
        }
    }

    /// <summary>Multiplies a state, (N, D), by one factor for each head. The result may overwrite the state.</summary>
    public void ScaleState(ReadOnlySpan<float> factors, ReadOnlySpan<float> state, Span<float> scaled, Span<float> work)
    {
        var spread = _spread.Of(work);
        for (int head = 0; head < _heads; head++)
            spread.Slice(head * _width, _width).Fill(factors[head]);
        for (int n = 0; n < _states; n++)
            Activations.Gate(state.Slice(n * _size, _size), spread, scaled.Slice(n * _size, _size));
    }
}

/// <summary>The parameters that <see cref="SsdChunkWork.Backward"/> needs, (heads) each: <c>-exp(ALog) / ln 2</c>, and D.</summary>
internal readonly ref struct SsdParameters(ReadOnlySpan<float> rates, ReadOnlySpan<float> feedThrough)
{
    public ReadOnlySpan<float> Rates { get; } = rates;

    public ReadOnlySpan<float> FeedThrough { get; } = feedThrough;
}

/// <summary>The gradients of the parameters, (heads) each.</summary>
internal readonly ref struct SsdGradients(Span<float> aLog, Span<float> dtBias, Span<float> feedThrough)
{
    public Span<float> ALog { get; } = aLog;

    public Span<float> DtBias { get; } = dtBias;

    public Span<float> FeedThrough { get; } = feedThrough;
}
