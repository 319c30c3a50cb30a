using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <content>Recurrences with a system for each channel.</content>
public sealed partial record LinearSystem
{
    /// <summary>
    /// The system of one channel in a layer of a trained model whose recurrence has one for each channel, as those of S4 and S4D have: one
    /// input, one output, and two real states for each complex one, in pre form. With a <see cref="ConvolutionKernel"/> all channels are
    /// seen at once.
    /// </summary>
    /// <param name="model">The model; it must be causal.</param>
    /// <param name="layer">Index of the layer, from 0. Layers of attention, which have no recurrence, do not count.</param>
    /// <param name="channel">Index of the channel, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or channel.</exception>
    /// <exception cref="NotSupportedException">The recurrence has no system for each channel, or is not causal.</exception>
    public static LinearSystem OfChannel(TrainedModel model, int layer, int channel)
    {
        var core = new TrainedCore(model, layer);
        core.RequireCausal();
        if (core.Layer is not IChannelSystems systems)
            throw new NotSupportedException(
                $"The recurrence of {core.Architecture.GetType().Name} has no linear time-invariant system for each channel. Ask "
                + "LinearSystem.OfCore for the system between all channels, where there is one.");
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, core.Layer.InputSize);
        return OfChannel(core, systems, channel, 0);
    }

    internal static LinearSystem OfChannel(TrainedCore core, IChannelSystems systems, int channel, int direction)
    {
        var (a, b, c, d) = TrainedCore.Zeros(systems.ChannelOrder, 1, 1);
        systems.WriteSystem(core.Weights, channel, direction, a, b, c, d);
        return From(a, b, c, d);
    }
}
