namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>What N states with the same pole share, and what of them is trained.</summary>
public enum StateSharing
{
    /// <summary>Every state has a b and a c of its own, all with the same start.</summary>
    Independent,

    /// <summary>All states share one b and one c.</summary>
    Shared,

    /// <summary>b stays; every state has a c of its own, all with the same start.</summary>
    FrozenInput,

    /// <summary>b stays; all states share one c.</summary>
    FrozenInputShared,
}
