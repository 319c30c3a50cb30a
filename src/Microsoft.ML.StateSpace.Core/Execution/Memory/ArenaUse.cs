namespace Microsoft.ML.StateSpace.Execution;

/// <summary>What the memory of a pass is for.</summary>
internal enum ArenaUse
{
    /// <summary>Scoring: a value makes room as soon as nothing reads it any more.</summary>
    Score,

    /// <summary>Training: what gradients need stays until they have it.</summary>
    Train,

    /// <summary>
    /// Training that is looked at: all values, and all gradients, keep places of their own, so that they can be read, changed, and computed
    /// again, in any order, by somebody who studies the network. Only what is computed again for want of memory has none.
    /// </summary>
    Study,

    /// <summary>Single time steps: nothing is kept, and sizes are those of a row a stream.</summary>
    Step,
}
