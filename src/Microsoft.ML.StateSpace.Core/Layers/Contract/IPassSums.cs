namespace Microsoft.ML.StateSpace.Layers;

/// <summary>Where layers add up, as they run backward, what somebody wants to know of their rows.</summary>
internal interface IPassSums
{
    /// <summary>What that layer is to add to; <see langword="null"/> where nobody asks.</summary>
    object? Of(Layer layer);
}
