using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>A core that is a linear time-invariant system of one input and one output for every channel, and can write them down.</summary>
internal interface IChannelSystems
{
    /// <summary>Number of real states of a channel. A complex state counts as two.</summary>
    int ChannelOrder { get; }

    /// <summary>1, or 2 when the sequence is also read backwards.</summary>
    int Directions { get; }

    /// <summary>Whether something filters the spectrum of whole sequences besides, so that the systems are not all.</summary>
    bool HasFilter { get; }

    /// <summary>
    /// Fills in the matrices of the real system of a channel and direction in pre form, as <see cref="ILinearCore.WriteSystem"/> does. D
    /// belongs to the first direction.
    /// </summary>
    void WriteSystem(in Weights weights, int channel, int direction, Matrix a, Matrix b, Matrix c, Matrix d);
}
