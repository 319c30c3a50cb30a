using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="LocalAttention"/>: <c>y_t = sum_j softmax_j((R_t q_t)(R_j k_j) / sqrt(d)) v_j</c> over the rows t - W + 1 .. t, with one head
/// of keys and values. Time is cut into chunks of W rows, or is one chunk where it is shorter: a row then sees rows of its own chunk and of
/// the one before, and a mask tells which. So scores take length times 2 W values a head, not length squared.
/// </summary>
internal sealed class TorchLocalAttention(LocalAttention layer) : ITorchLayer
{
    private readonly int _headSize = layer.InputSize / layer.Heads;

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        int chunk = Math.Min(layer.Window, pass.Length), chunks = (pass.Length + chunk - 1) / chunk;
        Tensor q = InChunks(Turn(pass, Project(pass, layer.Query, input, layer.Heads)), chunks, chunk),
            k = Windows(InChunks(Turn(pass, Project(pass, layer.Key, input, 1)), chunks, chunk)),
            v = Windows(InChunks(Project(pass, layer.Value, input, 1), chunks, chunk));
        var scores = q.matmul(k.transpose(-1, -2)) * (1 / Math.Sqrt(_headSize));
        var p = scores.masked_fill(Unseen(pass, chunks, chunk), double.NegativeInfinity).softmax(-1);
        var y = p.matmul(v).permute(0, 1, 3, 2, 4).reshape(pass.Sequences, chunks * chunk, layer.InputSize);
        return y.narrow(1, 0, pass.Length).contiguous();
    }

    // (batch, length, heads, head size)
    private Tensor Project(TorchPass pass, Linear linear, Tensor input, int heads)
        => pass.Product(input, pass[linear.Weight], null).reshape(pass.Sequences, pass.Length, heads, _headSize);

    // Turns the first channels of each head by the position.
    private Tensor Turn(TorchPass pass, Tensor rows)
    {
        int pairs = layer.Phases.Pairs, length = pass.Length;
        if (pairs == 0)
            return rows;
        float[] cosines = new float[length * pairs], sines = new float[cosines.Length];
        for (int t = 0; t < length; t++)
        {
            for (int i = 0; i < pairs; i++)
            {
                var (sine, cosine) = Math.SinCos(t * layer.Phases.Frequency(i));
                (sines[t * pairs + i], cosines[t * pairs + i]) = ((float)sine, (float)cosine);
            }
        }
        Tensor c = pass.Upload(cosines, length, 1, pairs), s = pass.Upload(sines, length, 1, pairs);
        Tensor a = rows.narrow(-1, 0, pairs), b = rows.narrow(-1, pairs, pairs), rest = rows.narrow(-1, 2 * pairs, _headSize - 2 * pairs);
        return Tensors.Join([a * c - b * s, a * s + b * c, rest], -1);
    }

    // (batch, length, heads, head size) to (batch, chunks, heads, chunk, head size), with zeros behind the end.
    private Tensor InChunks(Tensor rows, int chunks, int chunk)
    {
        long batch = rows.shape[0], heads = rows.shape[2], missing = (long)chunks * chunk - rows.shape[1];
        if (missing > 0)
            rows = Tensors.Join([rows, rows.new_zeros([batch, missing, heads, _headSize])], 1);
        return rows.reshape(batch, chunks, chunk, heads, _headSize).transpose(2, 3);
    }

    // Puts the chunk before in front of each chunk, zeros in front of the first.
    private static Tensor Windows(Tensor chunks)
    {
        long count = chunks.shape[1];
        if (count == 1)
            return chunks;
        var before = Tensors.Join([zeros_like(chunks.narrow(1, 0, 1)), chunks.narrow(1, 0, count - 1)], 1);
        return Tensors.Join([before, chunks], 3);
    }

    // Where a row does not see a key: (chunks, 1, chunk, keys).
    private Tensor Unseen(TorchPass pass, int chunks, int chunk)
    {
        int before = chunks > 1 ? chunk : 0;
        Tensor row = arange(chunk, device: pass.Device).unsqueeze(1),
            key = arange(before + chunk, device: pass.Device).unsqueeze(0) - before;
        var seen = (key <= row).logical_and(key > row - layer.Window).unsqueeze(0);
        var exists = (arange(chunks, device: pass.Device).reshape(chunks, 1, 1) * chunk + key) >= 0;
        return seen.logical_and(exists).logical_not().unsqueeze(1);
    }
}
