using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>m = b / (1 + z h)</c> of power series, (..., length) float64: the recurrence <c>m_l = b_l - sum_j h_j m_(l - 1 - j)</c> in some log2(length)
/// launches. Backward keeps the reciprocal g and m: <c>db_j = sum_l g_l dm_(l + j)</c>, <c>dh_j = - sum_l m_l db_(l + 1 + j)</c>.
/// </summary>
internal sealed class SeriesQuotient : autograd.SingleTensorFunction<SeriesQuotient>
{
    public override string Name => nameof(SeriesQuotient);

    /// <param name="numerator">b.</param>
    /// <param name="tail">h.</param>
    public static Tensor Apply(Tensor numerator, Tensor tail) => apply(numerator, tail);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        Tensor reciprocal = PowerSeries.Reciprocal((Tensor)vars[1]), quotient = PowerSeries.Multiply((Tensor)vars[0], reciprocal).contiguous();
        ctx.save_for_backward([reciprocal.MoveToOuterDisposeScope(), quotient]);
        return quotient.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor gradient = PowerSeries.Correlate(grad_output, saved[0]), tail = PowerSeries.Correlate(gradient, saved[1]);
        var tailGradient = nn.functional.pad(-tail.narrow(-1, 1, tail.shape[^1] - 1), [0, 1]);
        return [gradient.MoveToOuterDisposeScope(), tailGradient.MoveToOuterDisposeScope()];
    }
}
