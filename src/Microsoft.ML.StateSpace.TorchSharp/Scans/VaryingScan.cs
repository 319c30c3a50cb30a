using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>x_t = a_t x_{t-1} + b_t</c> from a zero state, all (batch, length, ...), real or complex. Backward is the same recurrence from the
/// end, <c>g_t = dx_t + conj(a_{t+1}) g_{t+1}</c>; then <c>db_t = g_t, da_t = g_t conj(x_{t-1})</c>. Only the factors and the states are
/// kept.
/// </summary>
internal sealed class VaryingScan : ScanFunction<VaryingScan>
{
    /// <param name="factors">a.</param>
    /// <param name="inputs">b, of the shape of a.</param>
    public static Tensor Apply(Tensor factors, Tensor inputs) => apply(factors, inputs);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor factors = (Tensor)arguments[0], states = ((Tensor)arguments[1]).clone();
        Recurrence.FromStart(FactorsBetween(factors), states);
        return (states, [factors, states]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor factors = saved[0], states = saved[1], gradient = outputGradient.clone(), factorGradient = zeros_like(factors);
        long length = states.shape[1];
        Recurrence.FromEnd(FactorsBetween(factors).conj().resolve_conj(), gradient);
        factorGradient.narrow(1, 1, length - 1).addcmul_(gradient.narrow(1, 1, length - 1), states.narrow(1, 0, length - 1).conj(), 1);
        return [factorGradient, gradient];
    }

    // The first step has none before it.
    private static Tensor FactorsBetween(Tensor factors) => factors.narrow(1, 1, factors.shape[1] - 1);
}
