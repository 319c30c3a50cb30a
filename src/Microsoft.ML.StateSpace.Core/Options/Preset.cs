namespace Microsoft.ML.StateSpace;

/// <summary>
/// A published setting: the network and how it was trained. Both are records: change what differs with <c>with { ... }</c>.
/// </summary>
/// <param name="Architecture">The network.</param>
/// <param name="Training">How it was trained.</param>
public sealed record Preset(NetworkOptions Architecture, TrainingOptions Training);

/// <summary>The tasks of the Long Range Arena (Tay et al., ICLR 2021, arXiv:2011.04006).</summary>
public enum LongRangeTask
{
    /// <summary>Nested list operations, 2,048 tokens, 10 classes.</summary>
    ListOps,

    /// <summary>Film reviews by bytes, 4,096, 2 classes.</summary>
    Text,

    /// <summary>Citation links between two documents by bytes, 2 times 4,000, 2 classes.</summary>
    Retrieval,

    /// <summary>Grey CIFAR-10 by pixels, 1,024, 10 classes.</summary>
    Image,

    /// <summary>Whether two points are joined by a path, 32 x 32 pixels, 2 classes.</summary>
    Pathfinder,

    /// <summary>The same with 128 x 128 pixels.</summary>
    PathX,
}
