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
}

/// <summary>Where a residual block normalises.</summary>
public enum NormPlacement
{
    /// <summary><c>x + f(core(norm(x)))</c>.</summary>
    Pre,

    /// <summary><c>norm(x + f(core(x)))</c>.</summary>
    Post,
}

/// <summary>The position-wise map <c>f</c> behind a core's output <c>v</c>; names as in the S5 and LRU code. GELU is the tanh form.</summary>
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

/// <summary>How the vectors of all valid time steps become one.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The last one.</summary>
    Last,

    /// <summary>The largest value of each channel.</summary>
    Max,
}

/// <summary>From a continuous-time to a discrete-time system.</summary>
public enum Discretization
{
    /// <summary>Exact for inputs that are constant between samples.</summary>
    ZeroOrderHold,

    /// <summary>The Tustin map.</summary>
    Bilinear,
}

/// <summary>How the input of a selective core enters a state over a step of length Delta; the state itself decays by <c>exp(Delta A)</c> in either case.</summary>
public enum InputDiscretization
{
    /// <summary><c>Delta B u</c>, as in Mamba's code.</summary>
    Euler,

    /// <summary><c>(exp(Delta A) - 1) / A B u</c>: exact for inputs that are constant between samples.</summary>
    ZeroOrderHold,
}

/// <summary>How S5's parameters become the real parts of its poles.</summary>
public enum S5Parametrization
{
    /// <summary><c>Re Lambda = -exp(LambdaReLog)</c>: negative whatever is learnt.</summary>
    Exponential,

    /// <summary><c>Re Lambda = min(LambdaRe, -0.0001)</c>, as in the code with <c>clip_eigs</c>; a real part that is held there has no gradient.</summary>
    Clipped,
}

/// <summary>The initial output matrix of S5; names as in the code. H is the width, P = 2N the full state size, V the eigenvectors of HiPPO-LegS.</summary>
public enum S5OutputInitialization
{
    /// <summary>C V, where both parts of C are normal, cut off at two sigma, of variance 1 / P.</summary>
    TruncatedStandardNormal,

    /// <summary>C V, where both parts of C are normal, cut off at two sigma, of variance 1 / (H P).</summary>
    LecunNormal,

    /// <summary>Drawn in the coordinates of the eigenvectors, without V: both parts are normal of variance 1/2.</summary>
    ComplexNormal,
}

/// <summary>Which part of its complex states the LRU gives out.</summary>
public enum LruOutputForm
{
    /// <summary><c>Re(C x)</c>, as in the paper.</summary>
    RealPart,

    /// <summary><c>2 Re(C x)</c>: every state stands for itself and its conjugate partner, as in S4 and S5. From the same initial C the core's output is twice as large.</summary>
    TwiceRealPart,
}

/// <summary>The input normalisation of the LRU.</summary>
public enum LruNormalization
{
    /// <summary><c>sqrt(1 - |lambda|^2)</c> at the start, then trained freely, as in the reference code.</summary>
    Trainable,

    /// <summary><c>sqrt(1 - |lambda|^2)</c> always: white noise of variance one gives states of variance one.</summary>
    TiedL2,

    /// <summary><c>1 - |lambda|</c> always: each state has an H-infinity norm of one.</summary>
    TiedStatic,
}

/// <summary>The initial poles of S4D, n = 0 ... N - 1 for N stored states; all but <see cref="Real"/> have the real part -1/2.</summary>
public enum S4DInitialization
{
    /// <summary>Imaginary parts <c>pi n</c>.</summary>
    Lin,

    /// <summary>Imaginary parts <c>(2N / pi) (2N / (2n + 1) - 1)</c>.</summary>
    Inv,

    /// <summary>The eigenvalues of the normal part of HiPPO-LegS, with its input matrix in their coordinates, which is trained too.</summary>
    LegS,

    /// <summary>The real poles <c>-(n + 1)</c>.</summary>
    Real,

    /// <summary>Imaginary parts <c>(2n + 1)^2 / pi</c>.</summary>
    Quad,
}
