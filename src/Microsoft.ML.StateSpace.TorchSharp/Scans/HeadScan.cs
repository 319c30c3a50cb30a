using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The scan of Mamba-2, <c>h_t = exp(l_t) h_{t-1} + u_t B_t^T</c>, <c>y_t = h_t C_t</c>, where each head has one decay, l_t is at most 0,
/// and all heads share B_t and C_t. Source: Dao, Gu 2024, arXiv:2405.21060, section 6. Within a chunk of time steps, what one step gives to
/// another is a matrix product; from chunk to chunk it is the state (<see cref="HeadChunks"/>). The arguments and the state before each
/// chunk are kept for the backward pass.
/// </summary>
internal sealed class HeadScan : ScanFunction<HeadScan>
{
    /// <summary>The most time steps of a chunk.</summary>
    public const int Chunk = 64;

    /// <param name="inputs">u, (batch, length, heads, P).</param>
    /// <param name="logDecays">l, (batch, length, heads).</param>
    /// <param name="b">B, (batch, length, N).</param>
    /// <param name="c">C, (batch, length, N).</param>
    /// <returns>y, (batch, length, heads, P).</returns>
    public static Tensor Apply(Tensor inputs, Tensor logDecays, Tensor b, Tensor c) => apply(inputs, logDecays, b, c);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor inputs = (Tensor)arguments[0], logDecays = (Tensor)arguments[1], b = (Tensor)arguments[2], c = (Tensor)arguments[3];
        var chunks = new HeadChunks(Cut(inputs), Cut(logDecays), Cut(b), Cut(c));
        var states = chunks.States(inputs.shape[0]);
        var output = chunks.Output(states);
        return (Join(output, inputs), [inputs, logDecays, b, c, states]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor inputs = saved[0], logDecays = saved[1], b = saved[2], c = saved[3];
        var chunks = new HeadChunks(Cut(inputs), Cut(logDecays), Cut(b), Cut(c));
        var gradients = chunks.Backward(saved[4], Cut(outputGradient), inputs.shape[0]);
        return
        [
            Join(gradients.Inputs, inputs), Join(gradients.LogDecays, logDecays), Join(gradients.B, b), Join(gradients.C, c),
        ];
    }

    // (batch, length, ...) to (batch * chunks, steps, ...). Zeros fill the last chunk: in those steps nothing comes in, and, as exp(0) is
    // 1, nothing decays.
    private static Tensor Cut(Tensor values)
    {
        var shape = values.shape;
        long length = shape[1], steps = Math.Min(Chunk, length), chunks = (length + steps - 1) / steps;
        if (chunks * steps > length)
            values = Tensors.Join([values, zeros([shape[0], chunks * steps - length, .. shape[2..]], device: values.device)], 1);
        return values.reshape([shape[0] * chunks, steps, .. shape[2..]]);
    }

    private static Tensor Join(Tensor chunks, Tensor like)
    {
        var shape = like.shape;
        return chunks.reshape([shape[0], -1, .. shape[2..]]).narrow(1, 0, shape[1]).contiguous();
    }
}
