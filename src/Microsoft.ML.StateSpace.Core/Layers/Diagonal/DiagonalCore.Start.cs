using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Parameters with which the core is a given system.</content>
internal abstract partial class DiagonalCore
{
    /// <summary>The trained input matrix, (2, N, H), before it is scaled.</summary>
    protected abstract Parameter InputParameter { get; }

    /// <summary>The trained output matrix of each direction, (outputs, 2, N).</summary>
    protected abstract Parameter[] OutputParameters { get; }

    /// <summary>k in <c>y = k Re(C x) + D u</c>.</summary>
    protected abstract float OutputFactor { get; }

    /// <summary>The largest magnitude of a pole that can be set.</summary>
    public abstract double LargestRadius { get; }

    /// <summary>
    /// Sets the parameters so that the core is <c>x_t = lambda x_{t-1} + b u_t</c>, <c>y_t = Re(c x_t)</c> with its first states, or in pre
    /// form <c>y_t = Re(c x_t)</c>, <c>x_{t+1} = lambda x_t + b u_t</c>. The other states keep their poles and inputs, so that training can
    /// make use of them, and have no output.
    /// </summary>
    /// <param name="values">The parameters of the model.</param>
    /// <param name="poles">lambda, (states of the system), at most N, with magnitudes up to <see cref="LargestRadius"/>.</param>
    /// <param name="b">(states of the system, H).</param>
    /// <param name="c">(outputs, states of the system).</param>
    public void SetSystem(Span<float> values, IReadOnlyList<Complex> poles, Complex[,] b, Complex[,] c)
    {
        FeedThrough.Parameter?.Of(values).Clear();
        foreach (var output in OutputParameters)
            output.Of(values).Clear();
        Span<float> inputs = InputParameter.Of(values), outputs = OutputParameters[0].Of(values);
        var factors = SetPoles(values, poles);
        for (int n = 0; n < poles.Count; n++)
        {
            for (int h = 0; h < InputSize; h++)
            {
                var input = b[n, h] / factors[n];
                (inputs[n * InputSize + h], inputs[(States + n) * InputSize + h]) = ((float)input.Real, (float)input.Imaginary);
            }
            for (int h = 0; h < OutputSize; h++)
            {
                var output = c[h, n] / OutputFactor;
                (outputs[2 * h * States + n], outputs[(2 * h + 1) * States + n]) = ((float)output.Real, (float)output.Imaginary);
            }
        }
    }

    /// <summary>
    /// Sets the parameters of the first poles, and returns by what each one's row of the input matrix is multiplied when it is prepared.
    /// </summary>
    protected abstract Complex[] SetPoles(Span<float> values, IReadOnlyList<Complex> poles);
}
