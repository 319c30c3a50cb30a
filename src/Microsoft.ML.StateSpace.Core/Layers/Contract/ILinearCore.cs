using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>A core that is one causal linear time-invariant system and can write down the matrices of that system.</summary>
internal interface ILinearCore
{
    /// <summary>Number of real states. A complex state counts as two.</summary>
    int Order { get; }

    /// <summary>
    /// Fills in the matrices of the real system in pre form, <c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c>, from the prepared
    /// values. All four matrices must be zero before the call.
    /// </summary>
    void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d);
}
