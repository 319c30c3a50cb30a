using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Runs one layer on one batch, in the way in which the engine runs it. This is what is timed against the peer. The results stay
/// where they can be compared.
/// </summary>
internal interface ILayerRunner : IDisposable
{
    /// <summary>From the parameters to (batch, length, H); nothing is kept for a gradient.</summary>
    void Forward();

    /// <summary>Forward, then the gradients of input and parameters.</summary>
    void Train();

    ReadOnlySpan<float> Output { get; }

    ReadOnlySpan<float> InputGradient { get; }

    /// <summary>Gradients by the names of the parameters.</summary>
    ParameterSet Gradients { get; }
}
