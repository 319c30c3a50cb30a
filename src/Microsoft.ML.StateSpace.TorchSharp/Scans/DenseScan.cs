using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>x_t = A x_{t-1} + v_t</c> from a zero state with a dense A, (batch, length, H). As in <see cref="LinearScan"/> time is cut into
/// chunks of 16: the steps of all chunks are taken together, the ends of the chunks are scanned in the same way, and each chunk gets the
/// state before it times powers of A. The backward pass is the same scan from the end with <c>A^T</c>, and <c>dA = sum_t g_t x_{t-1}^T</c>.
/// Only A and the states are kept.
/// </summary>
internal sealed class DenseScan : ScanFunction<DenseScan>
{
    private const int Chunk = 16;

    /// <param name="matrix">A, (H, H), float64: its powers are rounded once.</param>
    /// <param name="inputs">v, (batch, length, H), float32.</param>
    public static Tensor Apply(Tensor matrix, Tensor inputs) => apply(matrix, inputs);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor matrix = (Tensor)arguments[0], states = Scan(matrix, (Tensor)arguments[1]);
        return (states, [matrix, states]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor matrix = saved[0], states = saved[1];
        long length = states.shape[1];
        var gradient = Scan(matrix.transpose(0, 1), outputGradient.flip(1)).flip(1);
        Tensor behind = gradient.narrow(1, 1, length - 1).flatten(0, 1), before = states.narrow(1, 0, length - 1).flatten(0, 1);
        var matrixGradient = behind.transpose(0, 1).mm(before).to(matrix.dtype);
        return [matrixGradient, gradient];
    }

    // (batch, length, H)
    private static Tensor Scan(Tensor matrix, Tensor inputs)
    {
        long batch = inputs.shape[0], length = inputs.shape[1], size = inputs.shape[2], chunks = (length + Chunk - 1) / Chunk;
        var transposed = matrix.transpose(0, 1).to(inputs.dtype);
        if (chunks == 1)
        {
            var all = inputs.clone();
            Walk(transposed, all, length);
            return all;
        }
        var states = zeros([batch, chunks * Chunk, size], dtype: inputs.dtype, device: inputs.device);
        states.narrow(1, 0, length).copy_(inputs);
        Walk(transposed, states.view(batch * chunks, Chunk, size), Chunk);
        var powers = Powers.OfMatrix(matrix, Chunk);
        var chunked = states.view(batch, chunks, Chunk, size);
        var carried = Scan(powers.select(0, Chunk - 1), chunked.select(2, Chunk - 1).narrow(1, 0, chunks - 1));
        // Step t of a chunk gets the state before the chunk times A^(t + 1).
        var seen = nn.functional.linear(carried, powers.flatten(0, 1).to(inputs.dtype));
        chunked.narrow(1, 1, chunks - 1).add_(seen.view(batch, chunks - 1, Chunk, size));
        return states.narrow(1, 0, length);
    }

    private static void Walk(Tensor transposed, Tensor states, long steps)
    {
        for (long t = 1; t < steps; t++)
        {
            using var step = NewDisposeScope();
            states.select(1, t).add_(states.select(1, t - 1).mm(transposed));
        }
    }
}
