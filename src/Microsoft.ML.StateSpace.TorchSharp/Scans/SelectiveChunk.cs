using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// Some time steps of a <see cref="SelectiveScan"/>, whose states, (batch, steps, N, D), are all in memory at once. It computes its
/// gradients itself, without autograd.
/// </summary>
internal sealed class SelectiveChunk(Tensor steps, Tensor inputs, Tensor rates, Tensor b, Tensor c, bool isHeld)
{
    /// <summary>Gradients of what a chunk has, and of the state before it.</summary>
    public readonly record struct Gradients(Tensor Steps, Tensor Inputs, Tensor Rates, Tensor B, Tensor C, Tensor Before);

    /// <summary>The states behind each step, from that before the first, (batch, N, D).</summary>
    public Tensor States(Tensor before) => States(before, Decays(), isHeld ? Factors() : null);

    /// <summary><c>y_t = x_t C_t</c>, (batch, steps, D).</summary>
    public Tensor Output(Tensor states) => OverStates(states, c);

    /// <param name="before">The state before the first step.</param>
    /// <param name="outputGradient">Gradient of y.</param>
    /// <param name="behind">What comes to the last state from the steps behind it.</param>
    public Gradients Backward(Tensor before, Tensor outputGradient, Tensor behind)
    {
        Tensor decays = Decays(), states, step = steps.unsqueeze(2);
        var factors = isHeld ? Factors() : null;
        states = States(before, decays, factors);
        long last = states.shape[1] - 1;
        // y_t = x_t C_t
        var dC = OverChannels(states, outputGradient);
        var g = outputGradient.unsqueeze(2) * c.unsqueeze(3);
        // x_t = a_t x_{t-1} + f u_t B_t
        g.select(1, last).add_(behind);
        Recurrence.FromEnd(decays.narrow(1, 1, last), g);
        Tensor dInputs, dB, dSteps, dRates;
        if (factors is null)
        {
            dSteps = OverStates(g, b);
            dInputs = dSteps * steps;
            dSteps.mul_(inputs);
            dRates = zeros_like(rates);
            dB = OverChannels(g, steps * inputs);
        }
        else
        {
            // df/dDelta = a, df/dA = (Delta a - f) / A
            var df = g * b.unsqueeze(3) * inputs.unsqueeze(2);
            dSteps = (df * decays).sum(2);
            dRates = df.mul_((decays * step).sub_(factors)).sum(0, 1).div_(rates);
            factors.mul_(g);
            dInputs = OverStates(factors, b);
            dB = OverChannels(factors, inputs);
        }
        // a = exp(Delta A). From here on, decays holds not a but the gradient of Delta A through a.
        decays.mul_(g);
        var dBefore = decays.select(1, 0).clone();
        decays.select(1, 0).mul_(before);
        decays.narrow(1, 1, last).mul_(states.narrow(1, 0, last));
        dRates.add_((decays * step).sum(0, 1));
        dSteps.add_(decays.mul_(rates).sum(2));
        return new(dSteps, dInputs, dRates, dB, dC, dBefore);
    }

    private Tensor States(Tensor before, Tensor decays, Tensor? factors)
    {
        var states = factors is null ? (steps * inputs).unsqueeze(2) * b.unsqueeze(3) : factors * inputs.unsqueeze(2) * b.unsqueeze(3);
        states.select(1, 0).addcmul_(decays.select(1, 0), before, 1);
        Recurrence.FromStart(decays.narrow(1, 1, decays.shape[1] - 1), states);
        return states;
    }

    // The sum over n of x b, and that over d of x u. A batched matrix product would do, too, but for such small matrices this is several
    // times as fast.
    private static Tensor OverStates(Tensor x, Tensor b) => (x * b.unsqueeze(3)).sum(2);

    private static Tensor OverChannels(Tensor x, Tensor u) => (x * u.unsqueeze(2)).sum(3);

    // exp(Delta A)
    private Tensor Decays() => (steps.unsqueeze(2) * rates).exp_();

    // (exp(Delta A) - 1) / A
    private Tensor Factors() => (steps.unsqueeze(2) * rates).expm1_().div_(rates);
}
