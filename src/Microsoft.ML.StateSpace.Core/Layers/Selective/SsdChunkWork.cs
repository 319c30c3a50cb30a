using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The work of <see cref="SsdScan"/> on one chunk: from rows of inputs to what the kernels walk through, and back. A row of inputs holds
/// x (D), B and C (N each) and dt (heads). Steps and decays are (Q, heads); states, and what has one value a channel, are laid out as
/// <see cref="SsdChunk"/> says.
/// </summary>
internal sealed class SsdChunkWork
{
    private const int Chunk = SsdChunk.Rows;

    private readonly int _heads, _width, _states, _size, _row, _channels, _blocked;

    // One value a row and channel: decays, u, y or its gradient, and the gradients of u and decays. Then B and C, the product of the
    // decays, sums of gradients, and one value a row and head.
    private readonly Slot _decay, _u, _y, _du, _da, _b, _c, _product, _dFeedThrough, _dRates, _dBias, _z, _intervals, _kernel;

    public SsdChunkWork(int heads, int width, int states)
    {
        (_heads, _width, _states, _size) = (heads, width, states, heads * width);
        _row = _size + 2 * states + heads;
        (_channels, _blocked) = (SsdChunk.Channels(_size), SsdChunk.States(states));
        int factors = Lines(Chunk * heads);
        _decay = new Slot(0, Chunk * _channels);
        _u = _decay.Next(Chunk * _channels);
        _y = _u.Next(Chunk * _channels);
        _du = _y.Next(Chunk * _channels);
        _da = _du.Next(Chunk * _channels);
        _b = _da.Next(Chunk * _blocked);
        _c = _b.Next(Chunk * _blocked);
        _product = _c.Next(_channels);
        _dFeedThrough = _product.Next(_channels);
        _dRates = _dFeedThrough.Next(factors);
        _dBias = _dRates.Next(factors);
        _z = _dBias.Next(factors);
        _intervals = _z.Next(factors);
        _kernel = _intervals.Next(SsdBackward.Work);
        Length = _kernel.Offset + _kernel.Length + Line;
    }

    /// <summary>Floats of working memory.</summary>
    public long Length { get; }

    /// <summary>Floats of a state.</summary>
    public int State => _channels * _blocked;

    /// <summary>Floats with one value a channel.</summary>
    public int Channels => _channels;

    // Where B, C and dt begin in a row of inputs.
    private int B => _size;

    private int C => _size + _states;

    private int Dt => _size + 2 * _states;

    private const int Line = SsdChunk.Group;

    private static int Lines(int floats) => (floats + Line - 1) / Line * Line;

    /// <summary>
    /// Begins a pass: clears the working memory, and returns what the methods below are to be given. It begins where a cache line does, as
    /// the widest vectors load at half the speed where they straddle two.
    /// </summary>
    public static Span<float> Begin(Span<float> memory)
    {
        var work = Align(memory);
        work.Clear();
        return work;
    }

    // Memory that moves later is slower then, and nothing else.
    private static unsafe Span<float> Align(Span<float> memory)
    {
        nuint at = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        return memory.Slice((int)((0 - at) % (Line * sizeof(float)) / sizeof(float)), memory.Length - Line);
    }

    /// <summary>
    /// Assigns steps and decays. The rates are repeated for every row. The intervals are those of the rows; empty where time steps are
    /// equally far apart.
    /// </summary>
    public void Steps(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> intervals, ReadOnlySpan<float> bias, ReadOnlySpan<float> rates,
        Span<float> step, Span<float> decay, Span<float> work)
    {
        Span<float> z = _z.Of(work), each = _intervals.Of(work);
        for (int t = 0; t < rows; t++)
        {
            var dt = x.Slice(t * _row + Dt, _heads);
            var own = z.Slice(t * _heads, _heads);
            for (int head = 0; head < dt.Length; head++)
                own[head] = dt[head] + bias[head];
            if (!intervals.IsEmpty)
                each.Slice(t * _heads, _heads).Fill(intervals[t]);
        }
        SsdChunk.Steps(z[..(rows * _heads)], intervals.IsEmpty ? default : each, rates, step, decay);
    }

    /// <summary>Computes y and the state after the chunk from the state before it.</summary>
    public void Scan(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> step, ReadOnlySpan<float> decay, ReadOnlySpan<float> feedThrough,
        ReadOnlySpan<float> before, Span<float> after, Span<float> y, Span<float> work)
    {
        Enter(rows, x, step, decay, feedThrough, _y.Of(work), work);
        SsdForward.Run(Rows(rows, work), before, after, _y.Of(work));
        SsdPack.Unpack(_y.Of(work), Chunk, rows, _size, y, _size);
    }

    /// <summary>
    /// Computes the state after the chunk from the state before it, in place, and multiplies <paramref name="product"/> by the chunk's
    /// decays.
    /// </summary>
    public void Advance(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        Span<float> h, Span<float> product, Span<float> work)
    {
        Span<float> weights = _z.Of(work), all = _intervals.Of(work), u = _u.Of(work), b = _b.Of(work);
        HeadKernels.WeighToEnd(rows, _heads, decay, step, weights, all);
        HeadKernels.Enter(rows, _heads, _width, x, _row, weights, default, u, default);
        SsdPack.Columns(x[B..], _row, rows, _states, b, _blocked);
        Advance(rows, u, b, all, h, work);
        Activations.Gate(product, _product.Of(work), product);
    }

    /// <summary>Turns the gradient of the state after the chunk into that of the state before it, in place.</summary>
    public void AdvanceBackward(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> decay, ReadOnlySpan<float> dy, Span<float> dh, Span<float> work)
    {
        Span<float> weights = _z.Of(work), all = _intervals.Of(work), u = _u.Of(work), c = _c.Of(work);
        HeadKernels.WeighToBegin(rows, _heads, decay, weights, all);
        HeadKernels.Enter(rows, _heads, _width, dy, _size, weights, default, u, default);
        SsdPack.Columns(x[C..], _row, rows, _states, c, _blocked);
        Advance(rows, u, c, all, dh, work);
    }

    private void Advance(
        int rows, ReadOnlySpan<float> u, ReadOnlySpan<float> factors, ReadOnlySpan<float> all, Span<float> h, Span<float> work)
    {
        var product = _product.Of(work);
        for (int head = 0; head < _heads; head++)
            product.Slice(head * _width, _width).Fill(all[head]);
        SsdForward.Advance(u, factors, product, rows, _channels, _blocked, h);
    }

    /// <summary>
    /// Adds to the gradients of the rows, gathers those of the parameters, and turns <paramref name="dh"/>, the gradient of the state after
    /// the chunk, into that of the state before it.
    /// </summary>
    public void Backward(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> intervals, ReadOnlySpan<float> step, ReadOnlySpan<float> decay,
        ReadOnlySpan<float> before, ReadOnlySpan<float> rates, ReadOnlySpan<float> feedThrough, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dh, Span<float> work)
    {
        Span<float> du = _du.Of(work), da = _da.Of(work), y = _y.Of(work);
        Enter(rows, x, step, decay, feedThrough, default, work);
        SsdPack.Pack(dy, _size, rows, _size, y, Chunk);
        SsdBackward.Run(Rows(rows, work), new()
        {
            Before = before, OutputGradient = y, Carry = dh, Input = du, Decay = da, B = dx[B..], C = dx[C..], Stride = _row,
            States = _states, Work = _kernel.Of(work),
        });
        HeadKernels.EnterBackward(
            rows, _heads, _width, x, dx, _row, step, feedThrough, _decay.Of(work), y, du, da, _dFeedThrough.Of(work));
        StepsBackward(rows, intervals, step, rates, dx, work);
    }

    /// <summary>Adds what <see cref="Backward"/> has gathered to the gradients of the parameters.</summary>
    public void End(Span<float> dALog, Span<float> dBias, Span<float> dFeedThrough, Span<float> work)
    {
        Span<float> rates = _dRates.Of(work), biases = _dBias.Of(work), channels = _dFeedThrough.Of(work);
        for (int i = 0; i < Chunk * _heads; i++)
        {
            dALog[i % _heads] += rates[i];
            dBias[i % _heads] += biases[i];
        }
        for (int c = 0; c < _size; c++)
            dFeedThrough[c / _width] += channels[c];
    }

    // Assigns decays, u, B and C, and y = D x unless y is empty.
    private void Enter(
        int rows, ReadOnlySpan<float> x, ReadOnlySpan<float> step, ReadOnlySpan<float> decay, ReadOnlySpan<float> feedThrough,
        Span<float> y, Span<float> work)
    {
        HeadKernels.Spread(rows, _heads, _width, decay, _decay.Of(work));
        HeadKernels.Enter(rows, _heads, _width, x, _row, step, feedThrough, _u.Of(work), y);
        SsdPack.Columns(x[B..], _row, rows, _states, _b.Of(work), _blocked);
        SsdPack.Columns(x[C..], _row, rows, _states, _c.Of(work), _blocked);
    }

    private SsdRows Rows(int rows, ReadOnlySpan<float> work) => new()
    {
        Decay = _decay.Of(work), Input = _u.Of(work), B = _b.Of(work), C = _c.Of(work),
        Rows = rows, Channels = _channels, States = _blocked,
    };

    // step = softplus(dt + bias), times the interval if there is one; log a = -exp(ALog) step
    private void StepsBackward(
        int rows, ReadOnlySpan<float> intervals, ReadOnlySpan<float> step, ReadOnlySpan<float> rates, Span<float> dx, Span<float> work)
    {
        int count = rows * _heads;
        Span<float> dstep = _z.Of(work)[..count], dlog = _intervals.Of(work)[..count], biases = _dBias.Of(work);
        step = step[..count];
        HeadKernels.Sum(rows, _heads, _width, _du.Of(work), dstep);
        HeadKernels.Sum(rows, _heads, _width, _da.Of(work), dlog);
        SsdChunk.DecaysBackward(rates, step, dlog, dstep, _dRates.Of(work));
        if (intervals.IsEmpty)
            Activations.SoftplusBackward(step, dstep);
        else
            IntervalSteps.Backward(intervals, step, dstep);
        Activations.Add(dstep, biases);
        for (int t = 0; t < rows; t++)
        {
            var to = dx.Slice(t * _row + Dt, _heads);
            var from = dstep.Slice(t * _heads, _heads);
            for (int head = 0; head < to.Length; head++)
                to[head] += from[head];
        }
    }
}
