using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Inverted dropout with masks tied over time. A channel of a sequence is set to zero with probability p, and otherwise multiplied by 1 /
/// (1 - p). Source: Srivastava et al. 2014; tied over time as in the S5 and LRU code.
/// A mask depends only on the step's key, on the layer and on the place of the sequence in the batch.
/// </summary>
internal readonly record struct Dropout(double Probability, int Layer)
{
    /// <summary>Fills the masks, (sequences, channels). Does nothing outside of training.</summary>
    public void Draw(in Pass pass, Span<float> masks)
    {
        if (IsActive(pass))
            Draw(pass.DropoutKey, pass.FirstSequence, pass.Sequences, masks);
    }

    /// <summary>Fills the masks, (sequences, channels), for some sequences of a batch.</summary>
    public void Draw(ulong stepKey, int firstSequence, int sequences, Span<float> masks)
    {
        int channels = masks.Length / sequences;
        float kept = (float)(1 / (1 - Probability));
        ulong threshold = (ulong)(Probability * (1UL << 53));
        for (int s = 0; s < sequences; s++)
        {
            ulong key = Mix(stepKey ^ Mix(((ulong)Layer << 32) + (ulong)(firstSequence + s)));
            for (int c = 0; c < channels; c++)
                masks[s * channels + c] = Mix(key + (ulong)c) >> 11 < threshold ? 0 : kept;
        }
    }

    /// <summary>
    /// Multiplies the rows, (rows, channels), of every sequence by its mask. Forward and backward are the same. Does nothing outside of
    /// training.
    /// </summary>
    public void Apply(in Pass pass, ReadOnlySpan<float> masks, Span<float> rows)
    {
        if (!IsActive(pass))
            return;
        int channels = masks.Length / pass.Sequences;
        for (int s = 0; s < pass.Sequences; s++)
        {
            var mask = masks.Slice(s * channels, channels);
            for (int row = pass.Starts[s]; row < pass.Starts[s + 1]; row++)
            {
                var values = rows.Slice(row * channels, channels);
                Activations.Gate(values, mask, values);
            }
        }
    }

    private bool IsActive(in Pass pass) => Probability > 0 && pass.DropoutKey != 0;

    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over a Weyl step.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
