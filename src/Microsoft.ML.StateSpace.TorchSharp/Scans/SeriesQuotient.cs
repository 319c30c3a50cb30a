using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The quotient <c>m = b / (1 + z h)</c> of power series, (..., length) float64, which is the recurrence
/// <c>m_l = b_l - sum_j h_j m_(l - 1 - j)</c>, in some log2(length) launches. The reciprocal <c>g = 1 / (1 + z h)</c> and m are kept for
/// the backward pass: <c>db_j = sum_l g_l dm_(l + j)</c>, <c>dh_j = - sum_l m_l db_(l + 1 + j)</c>.
/// </summary>
internal sealed class SeriesQuotient : ScanFunction<SeriesQuotient>
{
    /// <param name="numerator">b.</param>
    /// <param name="tail">h.</param>
    public static Tensor Apply(Tensor numerator, Tensor tail) => apply(numerator, tail);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        var reciprocal = PowerSeries.Reciprocal((Tensor)arguments[1]);
        var quotient = PowerSeries.Multiply((Tensor)arguments[0], reciprocal).contiguous();
        return (quotient, [reciprocal, quotient]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor gradient = PowerSeries.Correlate(outputGradient, saved[0]), tail = PowerSeries.Correlate(gradient, saved[1]);
        var tailGradient = nn.functional.pad(-tail.narrow(-1, 1, tail.shape[^1] - 1), [0, 1]);
        return [gradient, tailGradient];
    }
}
