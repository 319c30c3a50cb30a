using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>x_t = lambda x_{t-1} + v_t</c> from a zero state, with constant coefficients, (batch, length, N). The sequence is cut into chunks of
/// 16: the steps of a chunk are taken one after the other, but in all chunks at once; the ends of the chunks are scanned in the same way;
/// then each chunk gets the state before it times powers of lambda. So a sequence of length T takes some 16 launches for each factor of 16
/// in T. The backward pass is the same scan from the end with the conjugate of lambda, and <c>dlambda = sum_t conj(x_{t-1}) g_t</c>. Only
/// lambda and the states are kept.
/// </summary>
internal sealed class LinearScan : ScanFunction<LinearScan>
{
    private const int Chunk = 16;

    /// <param name="lambda">(N), complex128 or float64: its powers are rounded once.</param>
    /// <param name="inputs">v, (batch, length, N), complex64 or float32.</param>
    public static Tensor Apply(Tensor lambda, Tensor inputs) => apply(lambda, inputs);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor lambda = (Tensor)arguments[0], states = Scan(lambda, (Tensor)arguments[1]);
        return (states, [lambda, states]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor lambda = saved[0], states = saved[1];
        long length = states.shape[1];
        var gradient = Scan(lambda.conj().resolve_conj(), outputGradient.flip(1)).flip(1);
        // The products are rounded to float32, but their sum over all steps of all sequences is made in double.
        var products = states.narrow(1, 0, length - 1).conj() * gradient.narrow(1, 1, length - 1);
        var lambdaGradient = products.to(lambda.dtype).sum([0, 1]);
        return [lambdaGradient, gradient];
    }

    // (batch, length, N)
    private static Tensor Scan(Tensor lambda, Tensor inputs)
    {
        long batch = inputs.shape[0], length = inputs.shape[1], size = inputs.shape[2];
        var rounded = lambda.to(inputs.dtype);
        if (length <= Chunk)
        {
            var all = inputs.clone();
            Walk(rounded, all, length);
            return all;
        }
        long chunks = (length + Chunk - 1) / Chunk;
        var states = zeros([batch, chunks * Chunk, size], dtype: inputs.dtype, device: inputs.device);
        states.narrow(1, 0, length).copy_(inputs);
        states = states.view(batch * chunks, Chunk, size);
        Walk(rounded, states, Chunk);
        var chunked = states.view(batch, chunks, Chunk, size);
        var carried = Scan(lambda.pow(Chunk), chunked.select(2, Chunk - 1).narrow(1, 0, chunks - 1));
        // Step t of a chunk gets the state before the chunk times lambda^(t + 1).
        var powers = lambda.unsqueeze(0).pow(arange(1, Chunk + 1, device: lambda.device).unsqueeze(-1)).to(inputs.dtype);
        chunked.narrow(1, 1, chunks - 1).addcmul_(carried.unsqueeze(2), powers, 1);
        return chunked.view(batch, chunks * Chunk, size).narrow(1, 0, length);
    }

    private static void Walk(Tensor lambda, Tensor states, long steps)
    {
        for (long t = 1; t < steps; t++)
            states.select(1, t).addcmul_(states.select(1, t - 1), lambda, 1);
    }
}
