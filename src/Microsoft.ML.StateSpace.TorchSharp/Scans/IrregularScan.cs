using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c> from a zero state, where E_t depends on zeta and the interval dt_t: the scan of the managed
/// <c>IrregularScan</c>. The sequence is cut into chunks of 16. A first walk, through all chunks side by side, finds what each chunk does
/// to the state before it, <c>x + P x + v</c>. These maps are scanned in the same way, and a second walk starts every chunk in the state
/// that the one before it ends in. A walk makes the E of one step of every chunk at a time, forward and backward, so those of all steps
/// never exist together. No sum <c>1 + E</c> is ever kept, for it would lose the digits of a slow pole, whose E is small.
/// </summary>
internal abstract class IrregularScan<T> : ScanFunction<T>
    where T : IrregularScan<T>, new()
{
    private const int Chunk = 16;

    // The limit of the managed engine. It is finite, so its product with an interval of 0 is 0 and not undefined.
    private const double LargestZeta = 1e15;

    /// <summary>E, complex64, of zeta (2, N) float32, real plane first, and intervals (..., 1).</summary>
    protected abstract Tensor Increment(Tensor zeta, Tensor intervals);

    /// <summary>The derivative of E by zeta, from E.</summary>
    protected abstract Tensor Slope(Tensor increment, Tensor intervals);

    /// <param name="zeta">Pole times step, (N), complex128; rounded once.</param>
    /// <param name="intervals">dt, (batch, length, 1), float32; gets no gradient.</param>
    /// <param name="inputs">w, (batch, length, N), complex64.</param>
    public static Tensor Apply(Tensor zeta, Tensor intervals, Tensor inputs) => apply(zeta, intervals, inputs);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor zeta = (Tensor)arguments[0], intervals = (Tensor)arguments[1], inputs = (Tensor)arguments[2], planes = Planes(zeta);
        var states = Scan(dt => Increment(planes, dt), intervals, inputs, isHeld: true);
        return (states, [zeta, intervals, inputs, states]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor zeta = saved[0], intervals = saved[1], inputs = saved[2], states = saved[3], planes = Planes(zeta);
        long length = inputs.shape[1];
        // s_t = g_t + s_{t+1} + conj(E_{t+1}) s_{t+1}; nothing comes from behind the last step
        var behind = Tensors.Join([intervals.narrow(1, 1, length - 1), zeros_like(intervals.narrow(1, 0, 1))], 1).flip(1);
        var gradient = Scan(dt => Conjugate(Increment(planes, dt)), behind, outputGradient.flip(1), isHeld: false).flip(1);
        var zetaGradient = zeros_like(zeta);
        var before = Tensors.Join([zeros_like(inputs.narrow(1, 0, 1)), states.narrow(1, 0, length - 1)], 1);
        for (long start = 0, part = (length + Chunk - 1) / Chunk; start < length; start += part)
        {
            using var step = NewDisposeScope();
            long count = Math.Min(part, length - start);
            Tensor dt = intervals.narrow(1, start, count), s = gradient.narrow(1, start, count), e = Increment(planes, dt);
            var u = before.narrow(1, start, count) + inputs.narrow(1, start, count);
            // gradient of zeta: conj(dE / dzeta) s conj(u); the sum over all steps of all sequences is made in double
            zetaGradient.add_(Conjugate(Slope(e, dt) * u).mul_(s).to(zeta.dtype).sum([0, 1]));
            s.mul_(Conjugate(e));
        }
        return [zetaGradient, null, gradient];
    }

    private static Tensor Planes(Tensor zeta) => stack([zeta.real, zeta.imag], 0).clamp_(-LargestZeta, LargestZeta).to(ScalarType.Float32);

    private static Tensor Conjugate(Tensor values) => values.conj().resolve_conj();

    // x_t = x_{t-1} + E_t x_{t-1} + v_t, with v = E w where the input is held. E is made of the sources, (batch, length, ...): where these
    // are zero, E is zero, and the state stays.
    private static Tensor Scan(Func<Tensor, Tensor> increment, Tensor sources, Tensor inputs, bool isHeld)
    {
        long batch = inputs.shape[0], length = inputs.shape[1], size = inputs.shape[2], chunks = (length + Chunk - 1) / Chunk;
        long steps = chunks == 1 ? length : Chunk, padding = chunks * steps - length;
        Tensor chunkedSources = Chunks(sources, chunks, padding), chunkedInputs = Chunks(inputs, chunks, padding);
        var x = zeros([batch, chunks, size], dtype: inputs.dtype, device: inputs.device);
        if (chunks > 1)
        {
            Tensor others = chunkedSources.narrow(1, 0, chunks - 1), theirs = chunkedInputs.narrow(1, 0, chunks - 1);
            Tensor product = zeros([batch, chunks - 1, size], dtype: inputs.dtype, device: inputs.device), ends = zeros_like(product);
            for (long t = 0; t < steps; t++)
            {
                using var step = NewDisposeScope();
                var e = increment(others.select(2, t));
                Step(ends, e, theirs.select(2, t), isHeld);
                // 1 + P' = (1 + E) (1 + P)
                product.addcmul_(e, product + 1, 1);
            }
            x.narrow(1, 1, chunks - 1).copy_(Scan(e => e, product, ends, isHeld: false));
        }
        var states = empty([batch, chunks, steps, size], dtype: inputs.dtype, device: inputs.device);
        for (long t = 0; t < steps; t++)
        {
            using var step = NewDisposeScope();
            Step(x, increment(chunkedSources.select(2, t)), chunkedInputs.select(2, t), isHeld);
            states.select(2, t).copy_(x);
        }
        return states.view(batch, chunks * steps, size).narrow(1, 0, length);
    }

    private static void Step(Tensor x, Tensor e, Tensor input, bool isHeld)
    {
        if (isHeld)
            x.addcmul_(e, x + input, 1);
        else
            x.addcmul_(e, x, 1).add_(input);
    }

    private static Tensor Chunks(Tensor values, long chunks, long padding)
    {
        long batch = values.shape[0], steps = (values.shape[1] + padding) / chunks;
        if (padding > 0)
            values = Tensors.Join([values, zeros([batch, padding, values.shape[2]], dtype: values.dtype, device: values.device)], 1);
        return values.view(batch, chunks, steps, values.shape[2]);
    }
}
