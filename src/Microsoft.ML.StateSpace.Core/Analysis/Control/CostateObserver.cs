using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Sees what goes back through a network: the streams between its branches, and the states of its diagonal cores.</summary>
internal abstract class CostateObserver : IStateObserver
{
    /// <summary>Whether the states of cores are to be seen too, which some cores must compute for it.</summary>
    public virtual bool SeesStates => true;

    /// <param name="stream">0 in front of the first branch; one more behind each.</param>
    /// <param name="values">x, (rows, width).</param>
    /// <param name="gradient">dJ/dx, which is minus the costate.</param>
    public abstract void SeeStream(int stream, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient);

    public abstract void See(Slot poles, int first, int direction, ReadOnlySpan<float> states, ReadOnlySpan<float> gradients);
}
