using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The filters of a core, <c>x_t = lambda x_{t-1} + sum_h b_h u_{h,t}</c>, in double, and the outputs, sums of <c>Re(c_h x_t)</c>. If the
/// core reads both ways, the same filters also run from the end, with read-outs of their own.
/// </summary>
/// <param name="Inputs">Channels of the input.</param>
/// <param name="Outputs">Channels of the output.</param>
/// <param name="PerChannel">
/// Whether a filter goes from one channel to the same one, so that those of a channel lie side by side; otherwise it takes and gives all.
/// </param>
/// <param name="Poles">lambda, (filters).</param>
/// <param name="B">b, (filters, input width).</param>
/// <param name="C">c of each direction, (filters, output width).</param>
/// <param name="InputFactors">By how much a change of the parameters of b is magnified in b, (filters); 0 where b is not trained.</param>
/// <param name="OutputFactor">By how much a change of the parameters of c is magnified in c.</param>
/// <param name="IsPre">Whether the output sees the state before the update, <c>Re(c_h x_{t-1})</c>.</param>
internal sealed record LayerFilters(
    int Inputs, int Outputs, bool PerChannel, Complex[] Poles, Complex[] B, Complex[][] C, double[] InputFactors, double OutputFactor,
    bool IsPre)
{
    public int Count => Poles.Length;

    public int Directions => C.Length;

    /// <summary>Channels that a filter takes.</summary>
    public int InputWidth => PerChannel ? 1 : Inputs;

    /// <summary>Channels that a filter gives.</summary>
    public int OutputWidth => PerChannel ? 1 : Outputs;

    /// <summary>The first channel of a filter.</summary>
    public int First(int filter) => PerChannel ? filter / (Count / Inputs) : 0;
}
