using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The scan of S6: <c>x_t = exp(Delta_t A) x_{t-1} + f u_t B_t^T</c>, <c>y_t = x_t C_t</c>, with <c>f = Delta_t</c> or
/// <c>f = (exp(Delta_t A) - 1) / A</c>. Only the states of one chunk of time steps exist at once (<see cref="SelectiveChunk"/>). The
/// forward pass keeps the state before each chunk; the backward pass makes the others again, chunk by chunk from the end.
/// </summary>
internal sealed class SelectiveScan : ScanFunction<SelectiveScan>
{
    /// <summary>The fewest time steps of a chunk: what is kept is one state in so many.</summary>
    public const int LeastSteps = 32;

    /// <summary>Elements of a tensor over a chunk: on a CPU what a cache still holds, on a GPU what is worth a launch.</summary>
    public const long ElementsOnCpu = 1 << 16, ElementsOnGpu = 1 << 22;

    /// <param name="steps">Delta, (batch, length, D).</param>
    /// <param name="inputs">u, (batch, length, D).</param>
    /// <param name="rates">A, (N, D).</param>
    /// <param name="b">B, (batch, length, N).</param>
    /// <param name="c">C, (batch, length, N).</param>
    /// <param name="isHeld">Which f.</param>
    /// <returns>y, (batch, length, D).</returns>
    public static Tensor Apply(Tensor steps, Tensor inputs, Tensor rates, Tensor b, Tensor c, bool isHeld)
        => apply(steps, inputs, rates, b, c, isHeld);

    /// <summary>Time steps of a chunk when one step of the whole batch has so many states.</summary>
    public static long StepsOfChunk(long states, DeviceType device)
        => Math.Max(LeastSteps, (device == DeviceType.CPU ? ElementsOnCpu : ElementsOnGpu) / states);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor steps = (Tensor)arguments[0], inputs = (Tensor)arguments[1], rates = (Tensor)arguments[2];
        Tensor b = (Tensor)arguments[3], c = (Tensor)arguments[4];
        bool isHeld = (bool)arguments[5];
        long batch = inputs.shape[0], length = inputs.shape[1];
        long most = StepsOfChunk(batch * rates.numel(), inputs.device_type), chunks = (length + most - 1) / most;
        Tensor output = empty_like(inputs), before = zeros([chunks, batch, rates.shape[0], rates.shape[1]], device: inputs.device);
        for (long k = 0; k < chunks; k++)
        {
            using var inner = NewDisposeScope();
            long first = k * most, count = Math.Min(most, length - first);
            Tensor Part(Tensor values) => values.narrow(1, first, count);
            var chunk = new SelectiveChunk(Part(steps), Part(inputs), rates, Part(b), Part(c), isHeld);
            var states = chunk.States(before.select(0, k));
            output.narrow(1, first, count).copy_(chunk.Output(states));
            if (k + 1 < chunks)
                before.select(0, k + 1).copy_(states.select(1, count - 1));
        }
        context.save_data(nameof(isHeld), isHeld);
        return (output, [steps, inputs, rates, b, c, before]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor steps = saved[0], inputs = saved[1], rates = saved[2], b = saved[3], c = saved[4], before = saved[5];
        bool isHeld = (bool)context.get_data(nameof(isHeld));
        long length = inputs.shape[1], most = StepsOfChunk(inputs.shape[0] * rates.numel(), inputs.device_type);
        Tensor dSteps = empty_like(steps), dInputs = empty_like(inputs), dB = empty_like(b), dC = empty_like(c);
        // The first is summed over all chunks; the second is handed from each chunk to the one before it.
        Tensor dRates = zeros_like(rates, dtype: ScalarType.Float64), carry = zeros_like(before.select(0, 0));
        for (long k = before.shape[0] - 1; k >= 0; k--)
        {
            using var inner = NewDisposeScope();
            long first = k * most, count = Math.Min(most, length - first);
            Tensor Part(Tensor values) => values.narrow(1, first, count);
            var chunk = new SelectiveChunk(Part(steps), Part(inputs), rates, Part(b), Part(c), isHeld);
            var gradients = chunk.Backward(before.select(0, k), outputGradient.narrow(1, first, count), carry);
            dSteps.narrow(1, first, count).copy_(gradients.Steps);
            dInputs.narrow(1, first, count).copy_(gradients.Inputs);
            dB.narrow(1, first, count).copy_(gradients.B);
            dC.narrow(1, first, count).copy_(gradients.C);
            dRates.add_(gradients.Rates);
            carry.copy_(gradients.Before);
        }
        return [dSteps, dInputs, dRates.to(rates.dtype), dB, dC, null];
    }
}
