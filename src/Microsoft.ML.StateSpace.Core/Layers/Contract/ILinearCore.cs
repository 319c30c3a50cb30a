using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>A core that is a causal linear time-invariant system, and can say which.</summary>
internal interface ILinearCore
{
    /// <summary>Real states.</summary>
    int Order { get; }

    /// <summary>Fills in the real system in pre form, <c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c>, from the prepared values; the matrices are zeros.</summary>
    void WriteSystem(in Weights weights, Matrix a, Matrix b, Matrix c, Matrix d);
}
