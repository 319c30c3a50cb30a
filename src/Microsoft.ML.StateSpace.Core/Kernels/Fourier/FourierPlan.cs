namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The tables of a real Fourier transform of <c>Length = 2 Half</c> samples, where Half is a power of two: the roots of unity, and the
/// place of each frequency. A plan is made once for each size.
/// </summary>
internal sealed class FourierPlan
{
    private static readonly FourierPlan?[] Plans = new FourierPlan?[31];

    private FourierPlan(int bits)
    {
        Half = 1 << bits;
        Roots = new float[4 * Half];
        LogFrequencies = new float[Half + 1];
        Places = new int[Half];
        for (int k = 0; k < Length; k++)
        {
            var (sin, cos) = Math.SinCos(-Math.Tau * k / Length);
            (Roots[2 * k], Roots[2 * k + 1]) = ((float)cos, (float)sin);
        }
        for (int k = 0; k <= Half; k++)
            LogFrequencies[k] = (float)Math.Log(1 + (double)k / Length);
        for (int k = 1; k < Half; k++)
            Places[k] = (Places[k >> 1] >> 1) | ((k & 1) << (bits - 1));
    }

    /// <summary>Number of samples. There are frequencies 0 ... Half.</summary>
    public int Length => 2 * Half;

    public int Half { get; }

    /// <summary><c>exp(-2 pi i k / Length)</c>, real and imaginary part, k = 0 ... Length - 1.</summary>
    public float[] Roots { get; }

    /// <summary>The place of frequency k below Half: its bits reversed.</summary>
    public int[] Places { get; }

    /// <summary><c>ln(1 + k / Length)</c>, k = 0 ... Half.</summary>
    public float[] LogFrequencies { get; }

    /// <summary>
    /// The plan for a convolution of two sequences of that many samples: with zeros behind them, their circular convolution is their linear
    /// one.
    /// </summary>
    public static FourierPlan For(int samples)
    {
        int bits = 0;
        while (1 << bits < samples)
            bits++;
        // Two threads may make the same plan at once; either plan is right.
        return Plans[bits] ??= new FourierPlan(bits);
    }
}
