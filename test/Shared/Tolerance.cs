namespace Microsoft.ML.StateSpace.Testing;

/// <summary>How far a result in float may be from its oracle in double, each with the reason.</summary>
internal static class Tolerance
{
    /// <summary>Half the distance between 1 and the next float: what one rounding may cost, relatively.</summary>
    public const double Rounding = 1.0 / (1 << 24);

    /// <summary>Elementwise kernels, relative: an exponential of about two units in the last place, a division and a few products.</summary>
    public const double Elementwise = 12 * Rounding;

    /// <summary>The exponent of gelu grows to 85 at the end of its range, and the rounding of the exponent is a relative error of the result.</summary>
    public const double GeluTail = 200 * Rounding;

    /// <summary>A sum of <paramref name="terms"/> products, given the sum of their magnitudes: the bound holds for every order of summation (Higham 2002, section 3.1).</summary>
    public static double Sum(int terms, double magnitude) => (terms + 2) * Rounding * magnitude + float.Epsilon;

    /// <summary>Norms, relative to the largest value of a row: the mean and the root are sums over a few hundred values of size 1.</summary>
    public const double Norm = 100 * Rounding;

    /// <summary>
    /// Complex scans, relative to the largest state: an error is made at every step and decays by the modulus of the pole, so at modulus 0.9 about ten steps' worth add up.
    /// </summary>
    public const double Scan = 60 * Rounding;

    /// <summary>A few steps of AdamW on values of size 1, absolute: the steps are of size 0.01, so rounding the values themselves is what counts.</summary>
    public const double Adam = 12 * Rounding;
}
