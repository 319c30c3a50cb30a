namespace Microsoft.ML.StateSpace;

/// <summary>The normalisation over the channels of one time step.</summary>
public enum NormKind
{
    /// <summary>No normalisation.</summary>
    None,

    /// <summary>Mean and variance removed, then scale and bias (Ba et al. 2016).</summary>
    LayerNorm,

    /// <summary>Divided by the root mean square, then scale (Zhang and Sennrich 2019).</summary>
    RmsNorm,

    /// <summary>
    /// A scale and a bias for each channel and nothing else: what a batch norm (Ioffe and Szegedy 2015) is once its statistics stand.
    /// Public models with batch norms are read as such; training moves scale and bias.
    /// </summary>
    Affine,
}

/// <summary>Where a residual block normalises.</summary>
public enum NormPlacement
{
    /// <summary><c>x + f(core(norm(x)))</c>.</summary>
    Pre,

    /// <summary><c>norm(x + f(core(x)))</c>.</summary>
    Post,
}

/// <summary>
/// The position-wise map <c>f</c> behind a core's output <c>v</c>; names as in the S5 and LRU code. GELU has the form of
/// <see cref="GluScaffold.Gelu"/>.
/// </summary>
public enum Nonlinearity
{
    /// <summary><c>gelu(v)</c>.</summary>
    Gelu,

    /// <summary><c>w = gelu(v); (W1 w + b1) * sigmoid(W2 w + b2)</c>.</summary>
    FullGlu,

    /// <summary><c>w = gelu(v); w * sigmoid(W2 w + b2)</c>.</summary>
    HalfGlu1,

    /// <summary><c>w = gelu(v); v * sigmoid(W2 w + b2)</c>.</summary>
    HalfGlu2,
}

/// <summary>How GELU, <c>x</c> times the normal distribution up to x, is computed.</summary>
public enum GeluForm
{
    /// <summary><c>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))</c>, usual in JAX; up to 5e-4 beside the exact one.</summary>
    Tanh,

    /// <summary><c>0.5 x (1 + erf(x / sqrt(2)))</c>, usual in PyTorch.</summary>
    Exact,
}

/// <summary>How the vectors of all valid time steps become one.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The last one.</summary>
    Last,

    /// <summary>The largest value of each channel.</summary>
    Max,

    /// <summary>Mean and largest value side by side: what reads them sees twice as many values.</summary>
    MeanAndMax,

    /// <summary>
    /// Mean, and the share of time steps at which each channel is above a threshold, side by side. Thresholds, and how sharp they are, are
    /// trained; certified models have none, because a share is no bounded multiple of its input.
    /// </summary>
    MeanAndShare,
}

/// <summary>From a continuous-time to a discrete-time system.</summary>
public enum Discretization
{
    /// <summary>Exact for inputs that are constant between samples.</summary>
    ZeroOrderHold,

    /// <summary>The Tustin map.</summary>
    Bilinear,
}

/// <summary>
/// How the input of a selective core enters a state over a step of length Delta; the state itself decays by <c>exp(Delta A)</c> in either
/// case.
/// </summary>
public enum InputDiscretization
{
    /// <summary><c>Delta B u</c>, as in Mamba's code.</summary>
    Euler,

    /// <summary><c>(exp(Delta A) - 1) / A B u</c>: exact for inputs that are constant between samples.</summary>
    ZeroOrderHold,
}
