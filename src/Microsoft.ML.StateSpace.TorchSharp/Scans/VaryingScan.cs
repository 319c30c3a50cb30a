using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>x_t = a_t x_{t-1} + b_t</c> from a zero state, all (batch, length, ...), real or complex. Backward is the same recurrence from the end,
/// <c>g_t = dx_t + conj(a_{t+1}) g_{t+1}</c>; then <c>db_t = g_t, da_t = g_t conj(x_{t-1})</c>. Only the factors and the states are kept.
/// </summary>
internal sealed class VaryingScan : autograd.SingleTensorFunction<VaryingScan>
{
    public override string Name => nameof(VaryingScan);

    /// <param name="factors">a.</param>
    /// <param name="inputs">b, of the shape of a.</param>
    public static Tensor Apply(Tensor factors, Tensor inputs) => apply(factors, inputs);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        Tensor factors = (Tensor)vars[0], states = ((Tensor)vars[1]).clone();
        Recurrence.FromStart(FactorsBetween(factors), states);
        ctx.save_for_backward([factors, states]);
        return states.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor factors = saved[0], states = saved[1], gradient = grad_output.clone(), factorGradient = zeros_like(factors);
        long length = states.shape[1];
        Recurrence.FromEnd(FactorsBetween(factors).conj().resolve_conj(), gradient);
        factorGradient.narrow(1, 1, length - 1).addcmul_(gradient.narrow(1, 1, length - 1), states.narrow(1, 0, length - 1).conj(), 1);
        return [factorGradient.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope()];
    }

    // The first step has none before it.
    private static Tensor FactorsBetween(Tensor factors) => factors.narrow(1, 1, factors.shape[1] - 1);
}
