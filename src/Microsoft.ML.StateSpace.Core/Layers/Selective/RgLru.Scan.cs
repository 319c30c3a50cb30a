using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>The decay of each state, and the recurrence itself; the complex form replaces the recurrence.</content>
internal partial class RgLru
{
    /// <summary>The constant c of the paper, the factor of r_t in log a_t.</summary>
    public const double Sharpness = 8;

    public Parameter Lambda { get; }

    /// <summary>-8 softplus(-Lambda) / ln 2, (states); its gradient is stored times that value.</summary>
    public Slot LogDecay { get; }

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
        var logDecay = LogDecay.Of(weights.Prepared);
        for (int h = 0; h < lambda.Length; h++)
            logDecay[h] = (float)(-Sharpness / Math.Log(2) * Softplus(-lambda[h]));
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        var lambda = Lambda.Of(weights.Values);
        ReadOnlySpan<float> scaled = LogDecay.Of(gradients.Prepared);
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

    /// <summary>
    /// What a piece hands on, (3, H): its last h from a state of zeros, what a unit first step adds to it, and the product of all a;
    /// <paramref name="so"/> is the same of the rows before, if there are any.
    /// </summary>
    protected virtual void ScanEnd(
        in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> so, Span<float> end)
        => GatedScan.End(LogDecay.Of(weights.Prepared), r, i, x, so, end);

    /// <summary>The recurrence of one sequence; assigns h, and y, which is equal to it.</summary>
    protected virtual void ScanForward(
        in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> before, bool unitFirst, Span<float> h, Span<float> y)
        => GatedScan.Forward(LogDecay.Of(weights.Prepared), r, i, x, before, unitFirst, h, y);

    /// <summary>What the first row of a piece adds to the gradient of the state before it, were the piece alone.</summary>
    protected virtual void ScanFront(in Weights weights, ReadOnlySpan<float> r, ReadOnlySpan<float> dh, Span<float> front)
        => GatedScan.Front(LogDecay.Of(weights.Prepared), r, dh, front);

    /// <summary>
    /// The gradient of <see cref="ScanForward"/>; assigns dr, di and front, which is what the row before the first receives, and adds to dx
    /// and to the gradients of prepared values.
    /// </summary>
    protected virtual void ScanBackward(
        in Pass pass, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> before, ReadOnlySpan<float> behind, Span<float> front, bool unitFirst, ReadOnlySpan<float> dh,
        Span<float> dr, Span<float> di, Span<float> dx, in Gradients gradients)
        => GatedScan.Backward(
            LogDecay.Of((ReadOnlySpan<float>)pass.Weights.Prepared), r, i, x, h, before, behind, front, unitFirst, dh, dr, di,
            dx, LogDecay.Of(gradients.Prepared));

    /// <summary><c>sum += product state</c> in every state.</summary>
    protected virtual void AddProduct(ReadOnlySpan<float> product, ReadOnlySpan<float> state, Span<float> sum)
    {
        for (int h = 0; h < sum.Length; h++)
            sum[h] += product[h] * state[h];
    }

    /// <summary><c>sum += conj(product) state</c> in every state.</summary>
    protected virtual void AddConjugateProduct(ReadOnlySpan<float> product, ReadOnlySpan<float> state, Span<float> sum)
        => AddProduct(product, state, sum);
}
