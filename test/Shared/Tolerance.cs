namespace Microsoft.ML.StateSpace.Testing;

/// <summary>How far a result in float may be from its oracle in double, each with the reason.</summary>
internal static class Tolerance
{
    /// <summary>Half the distance between 1 and the next float: what one rounding may cost, relatively.</summary>
    public const double Rounding = 1.0 / (1 << 24);

    /// <summary>
    /// Elementwise kernels, relative: an exponential of about two units in the last place, a division and a few products.
    /// </summary>
    public const double Elementwise = 12 * Rounding;

    /// <summary>
    /// The exponent of gelu grows to 85 at the end of its range, and the rounding of the exponent is a relative error of the result.
    /// </summary>
    public const double GeluTail = 200 * Rounding;

    /// <summary>
    /// A sum of <paramref name="terms"/> products, given the sum of their magnitudes: the bound holds for every order of summation (Higham
    /// 2002, section 3.1).
    /// </summary>
    public static double Sum(int terms, double magnitude) => (terms + 2) * Rounding * magnitude + float.Epsilon;

    /// <summary>
    /// Norms, relative to the largest value of a row: the mean and the root are sums over a few hundred values of size 1.
    /// </summary>
    public const double Norm = 100 * Rounding;

    /// <summary>
    /// Complex scans, relative to the largest state: an error is made at every step and decays by the modulus of the pole, so at modulus
    /// 0.9 about ten steps' worth add up.
    /// </summary>
    public const double Scan = 60 * Rounding;

    /// <summary>
    /// A few steps of AdamW on values of size 1, absolute: the steps are of size 0.01, so rounding the values themselves is what counts.
    /// </summary>
    public const double Adam = 12 * Rounding;

    /// <summary>
    /// A layer's output, relative to its largest value: sums of up to a hundred products, poles rounded to float, and at modulus 0.99 a
    /// hundred steps' errors that have not decayed yet; each costs a rounding or two.
    /// </summary>
    public const double Forward = 200 * Rounding;

    /// <summary>
    /// A gradient, relative to its largest value: the errors of the forward and of the backward pass, and what cancels where many rows are
    /// summed.
    /// </summary>
    public const double Gradient = 1e-4;

    /// <summary>The oracle against reference values, both in double: some hundred roundings.</summary>
    public const double Reference = 1e-12;

    /// <summary>
    /// The oracle's central differences against reference gradients of a higher order: step^2 / 6 times a third derivative, and rounding
    /// divided by the step.
    /// </summary>
    public const double ReferenceGradient = 1e-8;

    /// <summary>
    /// Reference values of norms with epsilon 1e-6, where production has 1e-5: a relative 4.5e-6 over the variance, which is about 0.1
    /// there.
    /// </summary>
    public const double OtherEpsilon = 1e-4;

    /// <summary>
    /// Eigenvectors of matrices up to a size of 64 in double: a few hundred rotations of each element, amplified by the ratio of norm to
    /// gap.
    /// </summary>
    public const double Eigen = 1e-11;

    /// <summary>Central differences of smooth functions in double, with a step of 1e-4 of their scale: its square, times a few.</summary>
    public const double Difference = 1e-6;

    /// <summary>
    /// A variance estimated from 400 000 correlated draws: its deviation is sqrt(2 / independent draws), below a percent at a memory of 20
    /// steps.
    /// </summary>
    public const double MonteCarlo = 0.02;

    /// <summary>
    /// The output of a network of two blocks, relative to its largest value: the errors of its layers, one behind another.
    /// </summary>
    public const double Model = 4 * Forward;

    /// <summary>
    /// Streaming against batch scoring, relative to the largest value: the promise to users. Both round alike but in the order of sums.
    /// </summary>
    public const double Streaming = 1e-5;

    /// <summary>
    /// A gradient of such a network, relative to its largest value: norms and gates have derivatives that make the error of a layer's input
    /// a few times larger.
    /// </summary>
    public const double ModelGradient = 5 * Gradient;

    /// <summary>
    /// Recorded losses of ten epochs: between SIMD widths, with and without fused products, 60 steps of AdamW differ by 1e-7; a hundred
    /// times that leaves room for other processors' exponentials, and is far below what a changed formula or draw does.
    /// </summary>
    public const double Replay = 1e-5;

    /// <summary>
    /// One engine against the other, outputs and gradients relative to their largest value: both in float, with sums and exponentials of
    /// other orders.
    /// </summary>
    public const double Engines = 1e-4;

    /// <summary>Losses of two engines over fifty steps from the same start, relative: the differences of the steps before add up.</summary>
    public const double EngineLosses = 1e-3;
}
