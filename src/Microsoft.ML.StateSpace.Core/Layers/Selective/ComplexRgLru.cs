using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The RG-LRU with complex states: the first half of the channels are real parts, the second half imaginary parts of N = H / 2 inputs and
/// states, and the recurrence gate turns the state as it lets it decay. <c>r_t = sigmoid(W_a x_t + b_a)</c>,
/// <c>i_t = sigmoid(W_x x_t + b_x)</c>, <c>log a_t = r_t (-8 softplus(-Lambda) + j Omega)</c>,
/// <c>h_t = a_t h_{t-1} + sqrt(1 - |a_t|^2) (i_t x_t)</c>, and y_t has Re h_t, then Im h_t.
/// Source: the complex form in reference code recurrentgemma (JAX, <c>RGLRU</c> with <c>only_real = False</c>); De, Smith et al. 2024,
/// arXiv:2402.19427, appendix B, calls it CG-LRU.
/// Shapes: (rows, H) to (rows, H); parameters RecurrenceGate and InputGate (block-diagonal, H to N), Lambda (N), Omega (N), in radians a
/// step of an open gate.
/// Cost: 2 H^2 / heads flops a row, and some 80 a channel. Kept: both gates and h.
/// </summary>
internal sealed class ComplexRgLru : RgLru
{
    private readonly Slot _turns; // Omega / 2 pi, (N)

    public ComplexRgLru(ParameterLayout layout, RgLruOptions options, int size)
        : base(layout, options, size, Pairs(options, size))
    {
        Omega = layout.Add(
            "Omega", [States], ParameterGroup.StateSpace, (values, random) =>
            {
                foreach (ref float value in values)
                    value = (float)(options.PhaseMaximum * random.NextDouble());
            });
        _turns = layout.AddPrepared(States);
    }

    public Parameter Omega { get; }

    // The gradient of a panel's input, and those of the prepared values.
    public override long ScratchSize(long rows, long sequences)
        => base.ScratchSize(rows, sequences) + (Math.Min(rows, Panel) + 1) * InputSize;

    private static int Pairs(RgLruOptions options, int size)
    {
        if (size % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options.Complex), options.Complex,
                $"Complex needs an even number of channels in the core, but {size} cannot be real and imaginary parts in equal number. "
                + "Make ModelSize, or what the scaffold makes of it, even, or set Complex to false.");
        }
        if (size / 2 % options.Heads != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options.Heads), options.Heads,
                $"Heads must divide half the channels of the core where Complex is true: {size / 2} complex channels cannot be split into "
                + $"{options.Heads} equal blocks.");
        }
        return size / 2;
    }

    public override void Prepare(in Weights weights)
    {
        base.Prepare(weights);
        var omega = Omega.Of(weights.Values);
        var turns = _turns.Of(weights.Prepared);
        for (int n = 0; n < omega.Length; n++)
            turns[n] = (float)(omega[n] / Math.Tau);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        base.PrepareBackward(weights, gradients);
        ReadOnlySpan<float> dturns = _turns.Of(gradients.Prepared);
        var domega = Omega.Of(gradients.Values);
        for (int n = 0; n < domega.Length; n++)
            domega[n] += (float)(dturns[n] / Math.Tau);
    }

    protected override void ScanEnd(
        in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> so, Span<float> end)
        => ComplexGatedScan.End(LogDecay.Of(weights.Prepared), _turns.Of(weights.Prepared), r, i, x, so, end);

    protected override void ScanForward(
        in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> before, bool unitFirst, Span<float> h, Span<float> y)
    {
        ComplexGatedScan.Forward(LogDecay.Of(weights.Prepared), _turns.Of(weights.Prepared), r, i, x, before, unitFirst, h);
        h.CopyTo(y);
    }

    protected override void ScanFront(in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> dh, Span<float> front)
        => ComplexGatedScan.Front(LogDecay.Of(weights.Prepared), _turns.Of(weights.Prepared), r, dh, front);

    protected override void ScanBackward(
        in Pass pass, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> before, ReadOnlySpan<float> behind, Span<float> front, bool unitFirst, ReadOnlySpan<float> dh,
        Span<float> dr, Span<float> di, Span<float> dx, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        Span<float> through = scratch.Take(dx.Length), decays = scratch.Take(States), phases = scratch.Take(States);
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        ComplexGatedScan.Backward(
            LogDecay.Of(prepared), _turns.Of(prepared), r, i, x, h, before, behind, front, unitFirst, dh, dr, di, through, decays,
            phases);
        Activations.Add(through, dx);
        Activations.Add(decays, LogDecay.Of(gradients.Prepared));
        Activations.Add(phases, _turns.Of(gradients.Prepared));
    }

    protected override void AddProduct(ReadOnlySpan<float> product, ReadOnlySpan<float> state, Span<float> sum)
        => AddProduct(product, state, sum, 1);

    protected override void AddConjugateProduct(ReadOnlySpan<float> product, ReadOnlySpan<float> state, Span<float> sum)
        => AddProduct(product, state, sum, -1);

    private static void AddProduct(ReadOnlySpan<float> product, ReadOnlySpan<float> state, Span<float> sum, float sign)
    {
        int states = sum.Length / 2;
        for (int n = 0; n < states; n++)
        {
            float re = product[n], im = sign * product[states + n];
            sum[n] += re * state[n] - im * state[states + n];
            sum[states + n] += re * state[states + n] + im * state[n];
        }
    }
}
