using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// A recurrence with coefficients of its own at every step, in place: <c>x_t += l_{t-1} x_{t-1}</c> from the start, or
/// <c>x_t += l_t x_{t+1}</c> from the end. The factor l_t is what joins the steps t and t + 1. States are (batch, length, ...), factors
/// (batch, length - 1, ...), which broadcast to them. Where one step has too few elements for a launch of its own, time is cut into chunks
/// of 16. The steps of a chunk are taken one after the other, but in all chunks at once. Then the ends of the chunks are such a recurrence
/// themselves, 16 times as short, and each end reaches the steps behind it through products of factors. So there are some 20 launches for
/// each factor of 16 in the length.
/// </summary>
internal static class Recurrence
{
    private const int Chunk = 16;

    // So many elements are enough for a launch of their own: its cost then grows with them. The number for a GPU was not measured; it is
    // about how many threads a GPU has.
    private const long WideOnCpu = 1 << 13, WideOnGpu = 1 << 18;

    /// <summary><c>x_t += l_{t-1} x_{t-1}</c>.</summary>
    public static void FromStart(Tensor factors, Tensor states)
    {
        long length = states.shape[1];
        if (IsPlain(states))
        {
            for (long t = 1; t < length; t++)
                Add(states, t, t - 1, factors, t - 1, 1);
            return;
        }
        using var scope = NewDisposeScope();
        // The last chunk is full, the first may have fewer steps.
        long chunks = (length - 1) / Chunk, rest = length - chunks * Chunk;
        for (long step = 1; step < Chunk; step++)
        {
            long at = rest - Chunk + step;
            if (at < 1)
                at += Chunk;
            Add(states, at, at - 1, factors, at - 1, (length - at - 1) / Chunk + 1);
        }
        Tensor products = Chunks(factors, rest - 1, chunks).cumprod(2), ends = states.slice(1, rest - 1, length, Chunk);
        FromStart(products.select(2, Chunk - 1), ends);
        var behind = Chunks(states, rest, chunks).narrow(2, 0, Chunk - 1);
        behind.addcmul_(ends.narrow(1, 0, chunks).unsqueeze(2), products.narrow(2, 0, Chunk - 1), 1);
    }

    /// <summary><c>x_t += l_t x_{t+1}</c>.</summary>
    public static void FromEnd(Tensor factors, Tensor states)
    {
        long length = states.shape[1];
        if (IsPlain(states))
        {
            for (long t = length - 2; t >= 0; t--)
                Add(states, t, t + 1, factors, t, 1);
            return;
        }
        using var scope = NewDisposeScope();
        // The first chunk is full, the last may have fewer steps.
        long chunks = (length - 1) / Chunk;
        for (long at = Chunk - 2; at >= 0; at--)
            Add(states, at, at + 1, factors, at, (length - at - 2) / Chunk + 1);
        Tensor products = Chunks(factors, 0, chunks).flip(2).cumprod(2).flip(2), ends = states.slice(1, 0, length, Chunk);
        FromEnd(products.select(2, 0), ends);
        var before = Chunks(states, 0, chunks).narrow(2, 1, Chunk - 1);
        before.addcmul_(ends.narrow(1, 1, chunks).unsqueeze(2), products.narrow(2, 1, Chunk - 1), 1);
    }

    private static bool IsPlain(Tensor states)
    {
        long length = states.shape[1];
        return length <= Chunk || states.numel() / length >= (states.device_type == DeviceType.CPU ? WideOnCpu : WideOnGpu);
    }

    // x_to += l_link x_from, and the same every 16 steps behind, count times.
    private static void Add(Tensor states, long to, long from, Tensor factors, long factor, long count)
    {
        using var scope = NewDisposeScope();
        Every(states, to, count).addcmul_(Every(states, from, count), Every(factors, factor, count), 1);
    }

    private static Tensor Every(Tensor values, long at, long count)
        => count == 1 ? values.select(1, at).unsqueeze(1) : values.slice(1, at, at + (count - 1) * Chunk + 1, Chunk);

    // (batch, count, 16, ...): a view whatever the strides are
    private static Tensor Chunks(Tensor values, long from, long count)
    {
        var shape = values.shape;
        return values.narrow(1, from, count * Chunk).view([shape[0], count, Chunk, .. shape[2..]]);
    }
}
