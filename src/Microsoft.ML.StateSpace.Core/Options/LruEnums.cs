namespace Microsoft.ML.StateSpace;

/// <summary>Which part of its complex states the LRU gives out.</summary>
public enum LruOutputForm
{
    /// <summary><c>Re(C x)</c>, as in the paper.</summary>
    RealPart,

    /// <summary>
    /// <c>2 Re(C x)</c>: every state stands for itself and its conjugate partner, as in S4 and S5. From the same initial C the core's
    /// output is twice as large.
    /// </summary>
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
