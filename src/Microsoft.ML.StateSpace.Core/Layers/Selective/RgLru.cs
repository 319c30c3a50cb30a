using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The real-gated linear recurrent unit: <c>r_t = sigmoid(W_a x_t + b_a)</c>, <c>i_t = sigmoid(W_x x_t + b_x)</c>,
/// <c>log a_t = -8 r_t softplus(-Lambda)</c>, <c>y_t = h_t = a_t h_{t-1} + sqrt(1 - a_t^2) (i_t x_t)</c>.
/// Source: De, Smith et al. 2024, arXiv:2402.19427, section 2.4; reference code recurrentgemma.
/// Shapes: (rows, H) to (rows, H); parameters RecurrenceGate and InputGate (block-diagonal, see <see cref="BlockDiagonalLinear"/>), Lambda
/// (H).
/// Cost: 4 H^2 / heads flops a row, and some 80 a channel. Kept: both gates and h.
/// Departs from the code in the gradient where a_t approaches 1: the code clips the gradient of the square root, here it is exact.
/// </summary>
internal sealed class RgLru : RecurrentLayer
{
    /// <summary>The constant c of the paper, the factor of r_t in log a_t.</summary>
    public const double Sharpness = 8;

    private readonly RgLruFirstStep _firstStep;
    private readonly Slot _logDecay; // -8 softplus(-Lambda) / ln 2, (H); its gradient is stored times that value

    public BlockDiagonalLinear RecurrenceGate { get; }

    public BlockDiagonalLinear InputGate { get; }

    public Parameter Lambda { get; }

    public RgLru(ParameterLayout layout, RgLruOptions options, int size)
    {
        if (size % options.Heads != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options.Heads), options.Heads,
                $"Heads must divide the channels of the core: {size} channels cannot be split into {options.Heads} equal blocks.");
        }
        InputSize = OutputSize = size;
        _firstStep = options.FirstStep;
        RecurrenceGate = layout.Scope("RecurrenceGate", () => new BlockDiagonalLinear(layout, size, options.Heads));
        InputGate = layout.Scope("InputGate", () => new BlockDiagonalLinear(layout, size, options.Heads));
        Lambda = layout.Add("Lambda", [size], ParameterGroup.StateSpace, InitialDecay(options));
        _logDecay = layout.AddPrepared(size);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // h, and a flag that says whether a step has been made.
    public override int StateSize => InputSize + 1;

    // The edge. For a piece: the state after it from a zero state, what its first row would add to that if it were the first of the
    // sequence, and the product of all a. Then r, i and h.
    public override long KeptSize(long rows, long sequences) => (4 + 3 * rows) * InputSize + 1;

    // The edge. For a piece: the gradient of the state before it, and the product of all a. Then the gradients of the gates' arguments. A
    // step needs both gates.
    public override long ScratchSize(long rows, long sequences) => (3 + 2 * rows) * InputSize + 1;

    /// <summary>Whether the multiplier of the input, <c>sqrt(1 - a_t^2)</c>, is 1 in the first row of a sequence.</summary>
    public bool HasUnitFirst => _firstStep == RgLruFirstStep.UnitMultiplier;

    // a = sigmoid(Lambda)
    private static Initializer InitialDecay(RgLruOptions options) => (values, random) =>
    {
        double low = options.RadiusMinimum, high = options.RadiusMaximum;
        foreach (ref float value in values)
        {
            double u = random.NextDouble();
            double a = options.Initialization == RgLruInitialization.RingOnA
                ? Math.Sqrt(low * low + u * (high * high - low * low))
                : Math.Pow(low + u * (high - low), 1 / Sharpness);
            a = Math.Clamp(a, 1e-6, 1 - 1e-12);
            value = (float)Math.Log(a / (1 - a));
        }
    };

    public override void Prepare(in Weights weights)
    {
        var lambda = Lambda.Of(weights.Values);
        var logDecay = _logDecay.Of(weights.Prepared);
        for (int h = 0; h < lambda.Length; h++)
            logDecay[h] = (float)(-Sharpness / Math.Log(2) * Softplus(-lambda[h]));
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        var lambda = Lambda.Of(weights.Values);
        ReadOnlySpan<float> scaled = _logDecay.Of(gradients.Prepared);
        var dlambda = Lambda.Of(gradients.Values);
        // L = -8 softplus(-Lambda) / ln 2: dL / L = -sigmoid(-Lambda) / softplus(-Lambda) dLambda
        for (int h = 0; h < lambda.Length; h++)
            dlambda[h] -= (float)(scaled[h] * SigmoidOverSoftplus(-lambda[h]));
    }

    private static double Softplus(double x) => x > 0 ? x + Log1p(Math.Exp(-x)) : Log1p(Math.Exp(x));

    // Tends to 1 as x goes to -infinity.
    private static double SigmoidOverSoftplus(double x) => x < -40 ? 1 : 1 / (1 + Math.Exp(-x)) / Softplus(x);

    // log(1 + x) in Kahan's form, for 0 <= x <= 1.
    private static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        var slots = Kept(pass.Rows);
        Span<float> r = slots.R.Of(kept), i = slots.I.Of(kept);
        RecurrenceGate.Forward(pass, input, r, default);
        InputGate.Forward(pass, input, i, default);
        Activations.Sigmoid(r, r);
        Activations.Sigmoid(i, i);
        if (pass.IsPiece)
            GatedScan.End(
                _logDecay.Of(pass.Weights.Prepared), r, i, input, slots.End.Of(kept), slots.Unit.Of(kept), slots.Product.Of(kept));
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (reverse)
            return;
        var slots = Kept(rows);
        ReadOnlySpan<float> end = slots.End.Of(kept), unit = slots.Unit.Of(kept), product = slots.Product.Of(kept);
        bool isFirst = kept[InputSize] == 0;
        for (int h = 0; h < InputSize; h++)
            keptBehind[h] = end[h] + (isFirst ? HasUnitFirst ? unit[h] : 0 : product[h] * kept[h]);
        keptBehind[InputSize] = 1;
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Kept(pass.Rows);
        ReadOnlySpan<float> logDecay = _logDecay.Of(pass.Weights.Prepared), before = Before(pass, kept);
        Span<float> r = slots.R.Of(kept), i = slots.I.Of(kept), h = slots.H.Of(kept);
        for (int s = 0; s < pass.Sequences; s++)
        {
            var range = Range(pass, s);
            GatedScan.Forward(logDecay, r[range], i[range], input[range], before, HasUnitFirst && before.IsEmpty, h[range], output[range]);
        }
        if (pass.State.IsEmpty)
            return;
        h[^InputSize..].CopyTo(pass.State);
        pass.State[InputSize] = 1;
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (!pass.IsPiece)
            return;
        var slots = Kept(pass.Rows);
        var (front, product, _, _) = ScratchSlots(pass.Rows);
        GatedScan.Front(_logDecay.Of(pass.Weights.Prepared), slots.R.Of(kept), outputGradient, front.Of(pass.Scratch));
        slots.Product.Of(kept).CopyTo(product.Of(pass.Scratch));
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse)
            return;
        var slots = ScratchSlots(rows);
        ReadOnlySpan<float> front = slots.Front.Of(scratch), product = slots.Product.Of(scratch);
        for (int h = 0; h < InputSize; h++)
            scratchBefore[h] = front[h] + product[h] * scratch[h];
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Kept(pass.Rows);
        var (_, _, drSlot, diSlot) = ScratchSlots(pass.Rows);
        ReadOnlySpan<float> logDecay = _logDecay.Of(pass.Weights.Prepared), before = Before(pass, kept),
            behind = pass.IsPiece ? pass.Scratch[..InputSize] : default;
        ReadOnlySpan<float> r = slots.R.Of(kept), i = slots.I.Of(kept), h = slots.H.Of(kept);
        Span<float> dr = drSlot.Of(pass.Scratch), di = diSlot.Of(pass.Scratch);
        for (int s = 0; s < pass.Sequences; s++)
        {
            var range = Range(pass, s);
            GatedScan.Backward(
                logDecay, r[range], i[range], input[range], h[range], before, behind, HasUnitFirst && before.IsEmpty,
                outputGradient[range], dr[range], di[range], inputGradient[range], _logDecay.Of(gradients.Prepared));
        }
        RecurrenceGate.Backward(pass, input, default, dr, inputGradient, gradients);
        InputGate.Backward(pass, input, default, di, inputGradient, gradients);
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => keptOrScratch[..(InputSize + 1)].Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> r = scratch.Take(InputSize), i = scratch.Take(InputSize), h = state[..InputSize];
        RecurrenceGate.Step(pass, input, r, default);
        InputGate.Step(pass, input, i, default);
        Activations.Sigmoid(r, r);
        Activations.Sigmoid(i, i);
        bool isFirst = state[InputSize] == 0;
        GatedScan.Forward(_logDecay.Of(pass.Weights.Prepared), r, i, input, h, HasUnitFirst && isFirst, h, output);
        state[InputSize] = 1;
    }

    // The state before a piece or a window; empty at the start of a sequence. A flag after the state says whether there is one.
    private ReadOnlySpan<float> Before(in Pass pass, ReadOnlySpan<float> kept)
        => pass.IsPiece && kept[InputSize] != 0 ? kept[..InputSize] : pass.Continues ? pass.State[..InputSize] : default;

    private Range Range(in Pass pass, int sequence) => (pass.Starts[sequence] * InputSize)..(pass.Starts[sequence + 1] * InputSize);

    private readonly record struct KeptSlots(Slot End, Slot Unit, Slot Product, Slot R, Slot I, Slot H);

    private KeptSlots Kept(int rows)
    {
        Slot end = new(InputSize + 1, InputSize), unit = end.Next(InputSize), product = unit.Next(InputSize);
        Slot r = product.Next(rows * InputSize), i = r.Next(rows * InputSize);
        return new(end, unit, product, r, i, i.Next(rows * InputSize));
    }

    private (Slot Front, Slot Product, Slot R, Slot I) ScratchSlots(int rows)
    {
        Slot front = new(InputSize + 1, InputSize), product = front.Next(InputSize), r = product.Next(rows * InputSize);
        return (front, product, r, r.Next(rows * InputSize));
    }
}
